import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ItemSummary } from '../../inspection/items.ts';
import { listItems } from '../api.ts';
import { type FeedState, ItemFeed, LOADING } from '../list/feed.ts';
import type { Route } from '../route.ts';
import { useStreamMessages } from './live.tsx';

/** Little enough to seem immediate, and enough to render many arrivals at once. */
const FLUSH_MILLISECONDS = 60;

export interface Feed {
  readonly state: FeedState;
  readonly reload: () => void;
  readonly loadOlder: () => void;
}

/** The items of the list of a route. @param onArrival called with new items */
export function useFeed(
  { channel, search, mailbox }: Route,
  onArrival: (arrived: readonly ItemSummary[]) => void,
): Feed {
  const [state, setState] = useState(LOADING);
  const feed = useRef<ItemFeed | undefined>(undefined);
  const listener = useRef(onArrival);
  listener.current = onArrival;
  useEffect(() => {
    setState(LOADING);
    const opened = new ItemFeed(
      { channel, search },
      {
        load: (query) => listItems(mailbox, query),
        onChange: (changed, arrived) => {
          setState(changed);
          if (arrived.length > 0) listener.current(arrived);
        },
        schedule: (callback) => {
          const timer = setTimeout(callback, FLUSH_MILLISECONDS);
          return () => clearTimeout(timer);
        },
      },
    );
    feed.current = opened;
    return () => opened.close();
  }, [channel, search, mailbox]);
  useStreamMessages((message) => feed.current?.receive(message));
  const reload = useCallback(() => void feed.current?.reload(), []);
  const loadOlder = useCallback(() => void feed.current?.loadOlder(), []);
  return { state, reload, loadOlder };
}
