import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ItemSummary } from '../../inspection/items.ts';
import { listTitle } from '../channels.ts';
import { useHandlers } from '../shell/actions.tsx';
import { useNavigation } from '../state/navigation.tsx';
import type { Feed } from '../state/useFeed.ts';
import { Icon } from '../ui/icon.tsx';
import { Skeleton } from '../ui/spinner.tsx';
import { FailedList, NoItems, NoMatch } from './emptyList.tsx';
import { ListToolbar } from './listToolbar.tsx';
import { groupedRows, plainRows, type Row } from './rows.ts';
import { SearchBox } from './searchBox.tsx';
import { keyOf } from './store.ts';
import { VirtualList } from './virtualList.tsx';

interface ListViewProps {
  readonly feed: Feed;
  /** New items since the reader was on top. */
  readonly unseen: number;
  readonly onSeen: () => void;
}

export function ListView({ feed, unseen, onSeen }: ListViewProps) {
  const { route, navigate } = useNavigation();
  const { loaded } = feed.state;
  const onSearch = useCallback(
    (search: string) => navigate((it) => ({ ...it, search }), { replace: true }),
    [navigate],
  );
  return (
    <section class="list" aria-label="Items">
      <div class="list-head">
        <SearchBox search={route.search} items={loaded} onSearch={onSearch} />
        <ListToolbar state={feed.state} />
      </div>
      <ListBody feed={feed} unseen={unseen} onSeen={onSeen} />
    </section>
  );
}

function ListBody({ feed, unseen, onSeen }: ListViewProps) {
  const { route, navigate } = useNavigation();
  const { status, loaded, error } = feed.state;
  if (status === 'loading') return <Skeleton lines={9} />;
  if (status === 'failed') return <FailedList error={error} onRetry={feed.reload} />;
  if (loaded.length > 0) return <Rows feed={feed} unseen={unseen} onSeen={onSeen} />;
  if (route.search === '') return <NoItems channel={route.channel} mailbox={route.mailbox} />;
  return <NoMatch search={route.search} onClear={() => navigate({ search: '' }, { replace: true })} />;
}

function Rows({ feed, unseen, onSeen }: ListViewProps) {
  const { route, navigate } = useNavigation();
  const { loaded, total } = feed.state;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string | undefined>(undefined);
  const scroller = useRef<HTMLDivElement>(null);
  const { isGrouped, item: opened } = route;
  const rows = useMemo(
    () => (isGrouped ? groupedRows(loaded, closed) : plainRows(loaded, total)),
    [isGrouped, loaded, closed, total],
  );
  // A group is complete only when everything is loaded.
  useEffect(() => {
    if (isGrouped) feed.loadOlder();
  }, [isGrouped, feed.loadOlder, feed.state.next]);
  const isOpened = (row: Row) => opened !== undefined && row.kind === 'item' && keyOf(row.item) === keyOf(opened);
  const open = ({ channel, id }: ItemSummary, replace = false) => navigate({ item: { channel, id } }, { replace });
  const select = (row: Row) => {
    setActive(row.key);
    scroller.current?.focus({ preventScroll: true });
    if (row.kind === 'item') return open(row.item, opened !== undefined);
    setClosed((before) =>
      row.isOpen ? new Set([...before, row.name]) : new Set([...before].filter((it) => it !== row.name)),
    );
  };
  const present = rows.find(({ key }) => key === active) ?? rows.find(isOpened);
  const move = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (!row) return;
    setActive(row.key);
    // While an item is read, the next one is read in its place.
    if (opened && row.kind === 'item') open(row.item, true);
  };
  const index = present ? rows.indexOf(present) : -1;
  useHandlers({
    next: () => move(index + 1),
    previous: () => move(index - 1),
    first: () => move(0),
    last: () => move(rows.length - 1),
    open: () => {
      if (present && !isOpened(present)) select(present);
      else if (present) document.querySelector<HTMLElement>('[data-detail]')?.focus();
    },
  });
  const toTop = () => {
    scroller.current?.scrollTo({ top: 0 });
    onSeen();
  };
  return (
    <div class="list-body">
      {unseen > 0 && (
        <button type="button" class="new-pill" onClick={toTop}>
          <Icon name="arrow" />
          {unseen.toLocaleString()} new
        </button>
      )}
      <VirtualList
        label={listTitle(route.channel)}
        rows={rows}
        listKey={`${route.mailbox}/${route.channel}/${isGrouped}/${route.search}`}
        isTree={isGrouped}
        active={present?.key}
        isOpened={isOpened}
        onSelect={select}
        onScroll={({ isOnTop }) => isOnTop && onSeen()}
        onNearEnd={feed.loadOlder}
        scroller={scroller}
      />
    </div>
  );
}
