import { RecentReads } from '../storage/recentreads.ts';
import type { Tables } from '../storage/tables.ts';
import { pause, type Reservation, reserve, type SenderPace, type SenderTime } from './sendertime.ts';

const PARTITION = 'sender';

/** The sending time of every sender, one row each; many writers at once, none of which waits for another. */
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

  /** Reads, changes and writes until nobody has come between. */
  const change = async (pace: SenderPace, next: (time: SenderTime) => SenderTime): Promise<void> => {
    for (;;) {
      const { time, etag } = await read(pace);
      const values = { ...next(time) };
      const row = rowKey(pace.key);
      const written =
        etag === undefined
          ? await table.insert(PARTITION, row, values)
          : await table.replace(PARTITION, { rowKey: row, values, etag });
      if (written === undefined) continue;
      recent.set(pace.key, values.pausedUntil);
      return;
    }
  };

  return {
    reserve: async (pace, recipients, now) => {
      let reservation: Reservation | undefined;
      await change(pace, (time) => {
        reservation = reserve(time, recipients, pace.ratePerMinute, now);
        return reservation.after;
      });
      return reservation?.start ?? now;
    },
    pause: (pace, until) => change(pace, (time) => pause(time, until)),
    read: async (pace) => (await read(pace)).time,
    pausedUntil: (pace) => recent.get(pace.key, async () => (await read(pace)).time.pausedUntil),
  };
}

/** Row keys must not hold `/ \ # ?`; sender IDs hold letters, digits and spaces, numbers a plus. */
function rowKey(key: string): string {
  return encodeURIComponent(key);
}
