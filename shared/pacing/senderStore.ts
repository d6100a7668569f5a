import { retryConflicts } from '../storage/optimistic.ts';
import { RecentReads } from '../storage/recentReads.ts';
import { encodeKey } from '../storage/rowKeys.ts';
import { type Tables, writeRow } from '../storage/tables.ts';
import { pause, reserve, type SenderPace, type SenderTime } from './senderTime.ts';

const PARTITION = 'sender';

/** The sending time of every sender, one row each, with many concurrent writers. */
export interface SenderStore {
  /** Reserves sending time for some recipients. Returns when the first may be sent to (epoch milliseconds). */
  reserve(pace: SenderPace, recipients: number, now: number): Promise<number>;
  /** Pauses the sender until `until` (epoch milliseconds). */
  pause(pace: SenderPace, until: number): Promise<void>;
  read(pace: SenderPace): Promise<SenderTime>;
  /** End of the sender's pause, as of up to a second ago: a process that has not seen it yet gets a 429 of its own. */
  pausedUntil(pace: SenderPace): Promise<number>;
}

const NEVER_USED: SenderTime = { nextFree: 0, pausedUntil: 0 };

/** @param tableName each kind of message has its own table of senders */
export function createSenderStore(tables: Tables, tableName: string, now: () => number): SenderStore {
  const table = tables.table(tableName);
  const recent = new RecentReads<number>(now);

  const read = async ({ key }: SenderPace) => {
    const row = await table.get(PARTITION, encodeKey(key));
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
      const row = { rowKey: encodeKey(pace.key), values: { ...changed.after }, etag };
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
