import { urlOf } from '../api.ts';
import { useHandlers } from '../shell/actions.tsx';
import { useOverlay } from '../shell/overlay.tsx';
import { useNavigation } from '../state/navigation.tsx';
import { useOutbox } from '../state/outbox.tsx';
import { IconButton } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import type { FeedState } from './feed.ts';

/** How many items there are, and what can be done with all of them. */
export function ListToolbar({ state }: { readonly state: FeedState }) {
  const { route, navigate } = useNavigation();
  const { open } = useOverlay();
  const { isGrouped, mailbox } = route;
  const toggle = () => navigate((it) => ({ ...it, isGrouped: !it.isGrouped }), { replace: true });
  useHandlers({ group: toggle });
  return (
    <div class="toolbar">
      <Count state={state} />
      <IconButton label="Group by recipient (r)" icon="group" aria-pressed={isGrouped} onClick={toggle} />
      <IconButton label="Compose an inbound SMS message" icon="plus" onClick={() => open('compose')} />
      <Menu
        label="More"
        icon="more"
        items={[
          {
            title: 'Export everything',
            icon: 'download',
            onSelect: () => location.assign(urlOf('export', { mailbox })),
          },
          { title: 'Import a seed file…', icon: 'upload', onSelect: () => open('import') },
          { title: 'Reset…', icon: 'trash', onSelect: () => open('reset') },
        ]}
      />
    </div>
  );
}

function Count({ state: { status, total } }: { readonly state: FeedState }) {
  const { route } = useNavigation();
  const { stats } = useOutbox();
  if (status !== 'ready') return <span class="list-count" />;
  const { limit = 0, dropped = 0 } = (route.channel !== 'all' && stats?.channels[route.channel]) || {};
  const what = route.search === '' ? countOf(total, 'item') : countOf(total, 'match', 'matches');
  const isFull = dropped > 0 && route.search === '';
  return (
    <span class="list-count" title={isFull ? `${countOf(dropped, 'older item')} were dropped.` : undefined}>
      {what}
      {isFull && ` · newest ${limit.toLocaleString()} are kept`}
    </span>
  );
}

function countOf(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : several}`;
}
