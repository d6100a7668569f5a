import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ItemSummary } from '../../inspection/items.ts';
import { spokenText } from '../list/itemText.ts';
import { useStreamMessages } from './live.tsx';
import { useThrottled } from './throttled.ts';

const ANNOUNCED_MILLISECONDS = 4000;
const TITLE = 'ACS emulator';

export interface Arrivals {
  /** Read to people who do not see the list: not every single one of many. */
  readonly announcement: string;
  readonly announce: (arrived: readonly ItemSummary[]) => void;
}

export function useAnnouncements(): Arrivals {
  const waiting = useRef<readonly ItemSummary[]>([]);
  const [announcement, setAnnouncement] = useState('');
  const say = useThrottled(() => {
    const [newest] = waiting.current;
    const count = waiting.current.length;
    waiting.current = [];
    if (newest)
      setAnnouncement(count === 1 ? `New: ${spokenText(newest)}` : `${count} new. Latest: ${spokenText(newest)}`);
  }, ANNOUNCED_MILLISECONDS);
  const announce = useCallback(
    (arrived: readonly ItemSummary[]) => {
      waiting.current = [...arrived, ...waiting.current];
      say();
    },
    [say],
  );
  return { announcement, announce };
}

/** Shows in the title how many messages have arrived since the page was hidden. */
export function useUnreadTitle(): void {
  const newest = useRef(0);
  const unread = useRef(0);
  useStreamMessages((message) => {
    if (message.type !== 'item' || message.data.channel === 'request') return;
    const isNew = message.data.sequence > newest.current;
    newest.current = Math.max(newest.current, message.data.sequence);
    if (!isNew || !document.hidden) return;
    unread.current += 1;
    document.title = `(${unread.current}) ${TITLE}`;
  });
  useEffect(() => {
    const onChange = () => {
      if (document.hidden) return;
      unread.current = 0;
      document.title = TITLE;
    };
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  }, []);
}
