import { useEffect, useState } from 'preact/hooks';
import type { ItemSummary } from '../../inspection/items.ts';
import { listTitle } from '../channels.ts';
import { DetailPane } from '../details/detailPane.tsx';
import { ListView } from '../list/listView.tsx';
import { useNavigation } from '../state/navigation.tsx';
import { useAnnouncements } from '../state/useArrivals.ts';
import { useCopyFound } from '../state/useCopyFound.ts';
import { useFeed } from '../state/useFeed.ts';
import { useItem } from '../state/useItem.ts';
import { useHandlers } from './actions.tsx';

/** The list beside the open item. */
export function MessagesView() {
  const { route, navigate } = useNavigation();
  const { channel, search, mailbox, item } = route;
  const { announcement, announce } = useAnnouncements();
  const [unseen, setUnseen] = useState(0);
  const feed = useFeed(route, (arrived: readonly ItemSummary[]) => {
    announce(arrived);
    setUnseen((count) => count + arrived.length);
  });
  const loaded = useItem(item, mailbox);
  const copyFound = useCopyFound(mailbox, loaded.item, feed.state.loaded);
  useEffect(() => setUnseen(0), [channel, search, mailbox]);
  useHandlers({
    close: () => navigate(({ item: _, ...it }) => it),
    copyCode: () => copyFound('codes'),
    copyLink: () => copyFound('links'),
  });
  return (
    <main class="messages">
      <h1 class="visually-hidden">{listTitle(channel)}</h1>
      <ListView feed={feed} unseen={unseen} onSeen={() => setUnseen(0)} />
      <DetailPane loaded={loaded} />
      <p class="visually-hidden" aria-live="polite">
        {announcement}
      </p>
    </main>
  );
}
