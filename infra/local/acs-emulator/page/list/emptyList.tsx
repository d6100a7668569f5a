import type { Channel } from '../../inspection/items.ts';
import { CHANNEL_TITLES } from '../channels.ts';
import { formatRoute } from '../route.ts';
import { useNavigation } from '../state/navigation.tsx';
import { useOutbox } from '../state/outbox.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copyButton.tsx';
import { EmptyState } from '../ui/emptyState.tsx';
import { snippetFor } from './snippets.ts';

const TITLES: Readonly<Record<Channel | 'all', string>> = {
  all: 'No messages yet',
  sms: 'No SMS messages yet',
  email: 'No email messages yet',
  chat: 'No chat messages yet',
  identity: 'No identities yet',
  request: 'No requests yet',
};

/** Nothing has arrived: what to type first. */
export function NoItems({ channel, mailbox }: { readonly channel: Channel | 'all'; readonly mailbox: string }) {
  const { connectionString } = useOutbox();
  const code = snippetFor(channel, connectionString);
  return (
    <div class="list-empty">
      <EmptyState title={TITLES[channel]} icon={channel}>
        <p>
          Use this connection string in your app. Everything it sends through mailbox <b>{mailbox}</b> appears here.
        </p>
        <RefusedRequests channel={channel} />
      </EmptyState>
      {connectionString && (
        <>
          <Snippet title="Connection string" code={connectionString} />
          <Snippet title="First message" code={code} />
        </>
      )}
    </div>
  );
}

/** An app that is refused sends nothing that could be shown here. */
function RefusedRequests({ channel }: { readonly channel: Channel | 'all' }) {
  const { route } = useNavigation();
  const count = useOutbox().stats?.channels.request?.kept ?? 0;
  if (count === 0 || channel === 'request') return null;
  const requests = count === 1 ? 'One request has' : `${count.toLocaleString()} requests have`;
  return (
    <p>
      {requests} arrived nevertheless. Look at{' '}
      <a href={formatRoute({ ...route, channel: 'request', search: '' })}>{CHANNEL_TITLES.request}</a>.
    </p>
  );
}

function Snippet({ title, code }: { readonly title: string; readonly code: string }) {
  return (
    <figure class="snippet">
      <figcaption>
        {title}
        <CopyButton text={code} label={`Copy: ${title.toLowerCase()}`} />
      </figcaption>
      <pre>{code}</pre>
    </figure>
  );
}

export function NoMatch({ search, onClear }: { readonly search: string; readonly onClear: () => void }) {
  return (
    <EmptyState title="Nothing matches" icon="search">
      <p>
        No item matches <q>{search}</q>. New ones that match will appear here.
      </p>
      <Button onClick={onClear}>Clear the search</Button>
    </EmptyState>
  );
}

export function FailedList({ error, onRetry }: { readonly error: string; readonly onRetry: () => void }) {
  return (
    <EmptyState title="The list cannot be loaded" icon="warning">
      <p>{error}</p>
      <Button onClick={onRetry}>Try again</Button>
    </EmptyState>
  );
}
