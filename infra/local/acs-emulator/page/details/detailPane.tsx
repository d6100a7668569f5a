import type { ComponentChildren } from 'preact';
import type { Item } from '../../inspection/items.ts';
import { CHANNEL_TITLES } from '../channels.ts';
import { useActions } from '../shell/actions.tsx';
import { useNavigation } from '../state/navigation.tsx';
import type { LoadedItem } from '../state/useItem.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copyButton.tsx';
import { EmptyState } from '../ui/emptyState.tsx';
import { Skeleton } from '../ui/spinner.tsx';
import { ItemDetail } from './itemDetail.tsx';

/** The open item, beside the list or, on phones, over it. */
export function DetailPane({ loaded }: { readonly loaded: LoadedItem }) {
  const { route, navigate } = useNavigation();
  if (!route.item) return <NothingOpen />;
  const { item, error, isGone } = loaded;
  const close = () => navigate(({ item: _, ...it }) => it);
  return (
    <Pane title={CHANNEL_TITLES[route.item.channel]} onClose={close} item={item}>
      {error && (
        <EmptyState title={isGone ? 'This item does not exist any more' : 'The item cannot be loaded'} icon="warning">
          <p>{isGone ? 'It was reset, or newer ones took its place.' : error}</p>
          <Button onClick={close}>Back to the list</Button>
        </EmptyState>
      )}
      {!(item || error) && <Skeleton lines={8} />}
      {item && <ItemDetail key={`${item.channel}/${item.id}`} item={item} mailbox={route.mailbox} />}
    </Pane>
  );
}

interface PaneProps {
  readonly title: string;
  readonly item: Item | undefined;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

function Pane({ title, item, onClose, children }: PaneProps) {
  return (
    <section class="detail" aria-label="Open item">
      <div class="detail-head">
        <IconButton label="Back to the list (Esc)" icon="back" onClick={onClose} />
        <span class="detail-channel">{title}</span>
        {item && <FoundButtons item={item} />}
        <CopyButton text={location.href} label="Copy the address of this item" />
      </div>
      <div class="detail-body" data-detail tabIndex={-1}>
        {children}
      </div>
    </section>
  );
}

function FoundButtons({ item }: { readonly item: Item }) {
  const { run } = useActions();
  if (!('codes' in item)) return null;
  const [code] = item.codes;
  return (
    <>
      {code !== undefined && (
        <Button class="found" icon="copy" title="Copy the code (c)" onClick={() => run('copyCode')}>
          <span class="found-text">{code}</span>
          <kbd>c</kbd>
        </Button>
      )}
      {item.links.length > 0 && (
        <Button class="found" icon="link" title={`Copy ${item.links[0]} (l)`} onClick={() => run('copyLink')}>
          Link <kbd>l</kbd>
        </Button>
      )}
    </>
  );
}

function NothingOpen() {
  return (
    <section class="detail none" aria-label="Open item">
      <p>
        Select an item to read it. <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>?</kbd> lists all keys.
      </p>
    </section>
  );
}
