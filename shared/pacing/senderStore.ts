import { retryConflicts } from '../storage/optimistic.ts';
import { RecentReads } from '../storage/recentReads.ts';
import { type Tables, writeRow } from '../storage/tables.ts';
import { pause, reserve, type SenderPace, type SenderTime } from './senderTime.ts';

const PARTITION = 'sender';

/** The sending time of every sender, one row each, which many writers change at the same time. */
export interface SenderStore {
  /** Gives away sending time for some recipients; answers when the first may be sent (epoch milliseconds). */
  reserve(pace: SenderPace, recipients: number, now: number): Promise<number>;
  /** Nothing is sent from this sender before `until` (epoch milliseconds). */
  pause(pace: SenderPace, until: number): Promise<void>;
  read(pace: SenderPace): Promise<SenderTime>;
  /** Until when it is paused, or was said to be within the last second: who does not know yet gets a 429 of its own. */
  pausedUntil(pace: SenderPace): Promise<number>;
}

const NEVER_USED: SenderTime = { nextFree: 0, pausedUntil: 0 };

/** @param tableName senders of one kind of message have a table of their own */
export function createSenderStore(tables: Tables, tableName: string, now: () => number): SenderStore {
  const table = tables.table(tableName);
  const recent = new RecentReads<number>(now);

  const read = async ({ key }: SenderPace) => {
    const row = await table.get(PARTITION, rowKey(key));
    if (!row) return { time: NEVER_USED, etag: undefined };
    const { nextFree, pausedUntil } = row.values;
    return { time: { nextFree: Number(nextFree), pausedUntil: Number(pausedUntil) }, etag: row.etag };
  };

  const change = <Change extends { readonly after: SenderTime }>(
    pace: SenderPace,
    next: (time: SenderTime) => Change,
  ): Promise<Change> =>
    retryConflicts(tables, async () => {
      const { time, etag } = await read(pace);
      const changed = next(time);
      const row = { rowKey: rowKey(pace.key), values: { ...changed.after }, etag };
      if ((await writeRow(table, PARTITION, row)) === undefined) return undefined;
      recent.set(pace.key, changed.after.pausedUntil);
      return changed;
    });

  return {
    reserve: async (pace, recipients, now) => {
      const { start } = await change(pace, (time) => reserve(time, recipients, pace.ratePerMinute, now));
      return start;
    },
    pause: async (pace, until) => {
      await change(pace, (time) => ({ after: pause(time, until) }));
    },
    read: async (pace) => (await read(pace)).time,
    pausedUntil: (pace) => recent.get(pace.key, async () => (await read(pace)).time.pausedUntil),
  };
}

/** Row keys must not hold `/ \ # ?`; sender IDs hold letters, digits and spaces, numbers a plus. */
function rowKey(key: string): string {
  return encodeURIComponent(key);
}
