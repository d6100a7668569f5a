import type { Tables } from '../storage/tables.ts';
import { pause, type Reservation, reserve, type SenderTime } from './pace.ts';
import { RecentReads } from './recent.ts';
import type { SenderPace } from './sender.ts';

const SENDERS_TABLE = 'smssenders';
const PARTITION = 'sender';

/** The sending time of every sender, one row each; many writers at once, none of which waits for another. */
export interface SenderStore {
  /** Gives away sending time for some recipients; answers when the first may be sent (epoch milliseconds). */
  reserve(pace: SenderPace, recipients: number, now: number): Promise<number>;
  /** Nothing is sent from this sender before `until` (epoch milliseconds). */
  pause(pace: SenderPace, until: number): Promise<void>;
  read(pace: SenderPace): Promise<SenderTime>;
  /** Until when it is paused, as it stood up to a second ago where nobody has paused it in this process since. */
  pausedUntil(pace: SenderPace, now: number): Promise<number>;
}

/** How long a pause may go unseen by another process, which then gets a 429 of its own. */
const RECENT_MILLISECONDS = 1000;

const NEVER_USED: SenderTime = { nextFree: 0, pausedUntil: 0 };

export function createSenderStore(tables: Tables): SenderStore {
  const table = tables.table(SENDERS_TABLE);
  const recent = new RecentReads<number>(RECENT_MILLISECONDS);

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
      if (written !== undefined) return;
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
    pause: async (pace, until) => {
      await change(pace, (time) => pause(time, until));
      recent.forget(pace.key);
    },
    read: async (pace) => (await read(pace)).time,
    pausedUntil: (pace, now) => recent.get(pace.key, now, async () => (await read(pace)).time.pausedUntil),
  };
}

/** Row keys must not hold `/ \ # ?`; sender IDs hold letters, digits and spaces, numbers a plus. */
function rowKey(key: string): string {
  return encodeURIComponent(key);
}
