import { useState } from 'preact/hooks';
import { path, send } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copyButton.tsx';
import { useToast } from '../ui/toast.tsx';
import { Confirm, FormFailure, Section } from './parts.tsx';
import { useSetting } from './useSetting.ts';
import { useSubmit } from './useSubmit.ts';

interface Keys {
  readonly primaryKey: string;
  readonly primaryConnectionString: string;
  readonly secondaryKey?: string;
  readonly secondaryConnectionString?: string;
}

type KeyName = 'primary' | 'secondary';

/** The access keys and connection strings of the mailbox. */
export function KeysSection({ mailbox }: { readonly mailbox: string }) {
  const { value: keys, error: failure, set } = useSetting<Keys>('keys', mailbox, ['keys']);
  const [asking, setAsking] = useState<KeyName | undefined>(undefined);
  const { error, submit } = useSubmit();
  const toast = useToast();
  const regenerate = (name: KeyName) =>
    submit(async () => {
      set(await send<Keys>('POST', path`keys/${name}:regenerate`, { mailbox }));
      toast(`The ${name} key was regenerated`);
    });
  return (
    <Section title="Access keys" about="For any official client. Both keys grant full access to this mailbox.">
      {keys && (
        <KeyRow
          title="Primary"
          connectionString={keys.primaryConnectionString}
          accessKey={keys.primaryKey}
          onRegenerate={() => setAsking('primary')}
        />
      )}
      {keys?.secondaryKey !== undefined && (
        <KeyRow
          title="Secondary"
          connectionString={keys.secondaryConnectionString ?? ''}
          accessKey={keys.secondaryKey}
          onRegenerate={() => setAsking('secondary')}
        />
      )}
      {keys && keys.secondaryKey === undefined && (
        <div class="inline-form">
          <Button onClick={() => regenerate('secondary')}>Create a secondary key</Button>
        </div>
      )}
      {failure && <FormFailure error={{ field: '', message: failure }} />}
      <FormFailure error={error} />
      {asking && (
        <Confirm
          title={`Regenerate the ${asking} key?`}
          action="Regenerate"
          onConfirm={() => regenerate(asking)}
          onClose={() => setAsking(undefined)}
        >
          <p>Clients that use the present key are refused from now on, and all user tokens become invalid.</p>
        </Confirm>
      )}
    </Section>
  );
}

interface KeyRowProps {
  readonly title: string;
  readonly connectionString: string;
  readonly accessKey: string;
  readonly onRegenerate: () => void;
}

function KeyRow({ title, connectionString, accessKey, onRegenerate }: KeyRowProps) {
  const [isShown, setShown] = useState(false);
  const shown = isShown ? connectionString : connectionString.replace(accessKey, '•'.repeat(8));
  return (
    <div class="key">
      <h3>{title}</h3>
      <code class="key-text">{shown}</code>
      <div class="key-actions">
        <CopyButton text={connectionString} label={`Copy the ${title.toLowerCase()} connection string`}>
          Copy connection string
        </CopyButton>
        <Button aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide' : 'Reveal'}
        </Button>
        <Button onClick={onRegenerate}>Regenerate…</Button>
      </div>
    </div>
  );
}
