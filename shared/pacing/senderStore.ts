import { Coalescer } from '../storage/coalescer.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { RecentReads } from '../storage/recentReads.ts';
import { encodeKey } from '../storage/rowKeys.ts';
import { type RowValues, type Tables, writeRow } from '../storage/tables.ts';
import { pause, reserve, type SenderPace, type SenderTime, type Start, type Wanted } from './senderTime.ts';

const PARTITION = 'sender';

/** The sending time of every sender, one row each, with many concurrent writers. */
export interface SenderStore {
  /** Reserves sending time. Returns when the recipients may be sent to (epoch milliseconds). */
  reserve(pace: SenderPace, wanted: Wanted, now: number): Promise<number>;
  /** Reserves the times of several chunks in one write. Returns their starts, in order. */
  reserveAll(pace: SenderPace, wanted: readonly Wanted[], now: number): Promise<readonly number[]>;
  /** Pauses the sender until `until` (epoch milliseconds). */
  pause(pace: SenderPace, until: number): Promise<void>;
  read(pace: SenderPace): Promise<SenderTime>;
  /** End of the sender's pause, as of up to a second ago: a process that has not seen it yet gets a 429 of its own. */
  pausedUntil(pace: SenderPace): Promise<number>;
}

const NEVER_USED: SenderTime = { nextFree: 0, pausedUntil: 0, recent: [] };

interface Request {
  readonly wanted: Wanted;
  readonly pace: SenderPace;
  readonly now: number;
}

/** @param tableName each kind of message has its own table of senders */
export function createSenderStore(tables: Tables, tableName: string, now: () => number): SenderStore {
  const table = tables.table(tableName);
  const recent = new RecentReads<number>(now);
  const reservations = new Coalescer<Request, ReadonlyMap<Request, number>>();

  const read = async ({ key }: SenderPace) => {
    const row = await table.get(PARTITION, encodeKey(key));
    return { time: row ? toTime(row.values) : NEVER_USED, etag: row?.etag };
  };

  const change = <Change extends { readonly after: SenderTime }>(
    pace: SenderPace,
    next: (time: SenderTime) => Change,
  ): Promise<Change> =>
    retryConflicts(tables, async () => {
      const { time, etag } = await read(pace);
      const changed = next(time);
      const row = { rowKey: encodeKey(pace.key), values: timeValues(changed.after), etag };
      if ((await writeRow(table, PARTITION, row)) === undefined) return undefined;
      recent.set(pace.key, changed.after.pausedUntil);
      return changed;
    });

  const reserveAll = async (pace: SenderPace, requests: readonly Request[]) => {
    const { starts } = await change(pace, (time) => reserveEach(time, requests));
    return starts;
  };

  return {
    reserve: async (pace, wanted, now) => {
      const request = { wanted, pace, now };
      // Late chunks arrive together. They would all change the sender's row.
      const starts = await reservations.add(pace.key, request, (requests) => reserveAll(pace, requests));
      return startOf(starts, request);
    },
    reserveAll: async (pace, wanted, now) => {
      const requests = wanted.map((each) => ({ wanted: each, pace, now }));
      const starts = await reserveAll(pace, requests);
      return requests.map((request) => startOf(starts, request));
    },
    pause: async (pace, until) => {
      await change(pace, (time) => ({ after: pause(time, until) }));
    },
    read: async (pace) => (await read(pace)).time,
    pausedUntil: (pace) => recent.get(pace.key, async () => (await read(pace)).time.pausedUntil),
  };
}

function reserveEach(time: SenderTime, requests: readonly Request[]) {
  const starts = new Map<Request, number>();
  let after = time;
  for (const request of requests) {
    const reservation = reserve(after, request.wanted, request.pace, request.now);
    starts.set(request, reservation.start);
    after = reservation.after;
  }
  return { starts, after };
}

function startOf(starts: ReadonlyMap<Request, number>, request: Request): number {
  const start = starts.get(request);
  if (start === undefined) throw new RangeError('A reservation has no start.');
  return start;
}

function timeValues({ nextFree, pausedUntil, recent }: SenderTime): RowValues {
  return { nextFree, pausedUntil, recent: JSON.stringify(recent.map(({ on, recipients }) => [on, recipients])) };
}

/** Rows of older versions do not have the recent starts. */
function toTime({ nextFree, pausedUntil, recent = '[]' }: RowValues): SenderTime {
  const starts = JSON.parse(String(recent)) as [on: number, recipients: number][];
  return {
    nextFree: Number(nextFree),
    pausedUntil: Number(pausedUntil),
    recent: starts.map(([on, recipients]): Start => ({ on, recipients })),
  };
}
