import { useEffect, useState } from 'preact/hooks';
import { useResource } from './useResource.ts';

const TICK_MILLISECONDS = 5000;

/** The present time in epoch milliseconds, by the emulator's clock. */
export function useNow(mailbox: string): number {
  const clock = useResource<{ readonly offsetSeconds: number }>(
    'clock',
    mailbox,
    ({ type, data }) => type === 'changed' && 'what' in data && data.what === 'clock',
  );
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), TICK_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  return Date.now() + (clock?.offsetSeconds ?? 0) * 1000;
}
