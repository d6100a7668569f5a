import { useEffect, useRef, useState } from 'preact/hooks';
import type { Item, ItemSummary } from '../../inspection/items.ts';
import { ApiError, getItem, messageOf } from '../api.ts';
import { partnersOf } from '../list/rows.ts';
import { keyOf } from '../list/store.ts';
import type { ItemReference } from '../route.ts';
import type { StreamMessage } from '../stream.ts';
import { useStreamMessages } from './live.tsx';
import { useThrottled } from './throttled.ts';

export interface LoadedItem {
  readonly item: Item | undefined;
  /** Why it cannot be shown. */
  readonly error: string;
  readonly isGone: boolean;
}

const NOTHING: LoadedItem = { item: undefined, error: '', isGone: false };

const AGAIN_MILLISECONDS = 250;

/** One item, loaded again whenever it or its conversation changes. */
export function useItem(reference: ItemReference | undefined, mailbox: string): LoadedItem {
  const key = reference && keyOf(reference);
  const [loaded, setLoaded] = useState(NOTHING);
  const abort = useRef<AbortController | undefined>(undefined);
  const load = () => {
    if (!reference) return;
    abort.current?.abort();
    abort.current = new AbortController();
    const { signal } = abort.current;
    getItem(mailbox, reference.channel, reference.id, signal).then(
      (item) => setLoaded({ ...NOTHING, item }),
      (error: unknown) => {
        if (signal.aborted) return;
        const isGone = error instanceof ApiError && error.status === 404;
        setLoaded((before) => ({ item: isGone ? undefined : before.item, error: messageOf(error), isGone }));
      },
    );
  };
  const loadAgain = useThrottled(load, AGAIN_MILLISECONDS);
  useEffect(() => {
    setLoaded(NOTHING);
    load();
    return () => abort.current?.abort();
  }, [key, mailbox]);
  useStreamMessages((message) => {
    if (reference && concerns(message, reference, loaded.item)) loadAgain();
  });
  const isPrevious = loaded.item !== undefined && keyOf(loaded.item) !== key;
  return isPrevious ? NOTHING : loaded;
}

function concerns(message: StreamMessage, reference: ItemReference, item: Item | undefined): boolean {
  switch (message.type) {
    case 'hello':
      return !message.data.isComplete;
    case 'reset':
      return true;
    case 'removed':
      return message.data.items.some((it) => it.channel === reference.channel && it.id === reference.id);
    case 'changed':
      return message.data.thread !== undefined && message.data.thread === item?.thread;
    case 'item':
      return message.data.channel === reference.channel && isRelated(message.data, reference.id, item);
  }
}

function isRelated(changed: ItemSummary, id: string, item: Item | undefined): boolean {
  if (changed.id === id) return true;
  if (item?.channel === 'chat') return changed.thread === item.thread;
  if (item?.channel !== 'sms') return false;
  return partnersOf(changed).some((it) => partnersOf(item).includes(it));
}
