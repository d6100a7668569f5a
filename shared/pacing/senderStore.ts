import { retryConflicts } from '../storage/optimistic.ts';
import { RecentReads } from '../storage/recentReads.ts';
import { encodeKey } from '../storage/rowKeys.ts';
import { type Tables, writeRow } from '../storage/tables.ts';

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

/** The share of a sender's rate that paced messages use. The rest is left to single messages. */
export const PACED_SHARE = 0.9;

export interface SenderPace {
  /** What the rate applies to: a number, an email domain, or a kind of sender whose limit is that of the whole resource. */
  readonly key: string;
  /** Recipients (or email messages) per minute that ACS allows. */
  readonly ratePerMinute: number;
}

/** Sending time of one recipient. */
export function millisecondsPerRecipient(ratePerMinute: number): number {
  return 60_000 / (ratePerMinute * PACED_SHARE);
}

/** How far a sender's time is reserved. Times are epoch milliseconds. */
export interface SenderTime {
  readonly nextFree: number;
  /** After a 429 from ACS, nothing is sent before this. */
  readonly pausedUntil: number;
}

export interface Reservation {
  /** When the first recipient may be sent to (epoch milliseconds). */
  readonly start: number;
  readonly after: SenderTime;
}

/** Reserves the next free sending time for some recipients (virtual scheduling). */
export function reserve(time: SenderTime, recipients: number, ratePerMinute: number, now: number): Reservation {
  const start = Math.max(now, time.nextFree, time.pausedUntil);
  const nextFree = start + recipients * millisecondsPerRecipient(ratePerMinute);
  return { start, after: { nextFree, pausedUntil: time.pausedUntil } };
}

/** Pauses the sender until `until`. Messages that already have a sending time before that must reserve another. */
export function pause(time: SenderTime, until: number): SenderTime {
  return { nextFree: time.nextFree, pausedUntil: Math.max(time.pausedUntil, until) };
}
