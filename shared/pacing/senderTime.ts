/** The share of a sender's rate that paced messages use. The rest is left to single messages. */
export const PACED_SHARE = 0.9;

const MINUTE_MILLISECONDS = 60_000;

/** What has a start may be sent this much earlier: the delay of queue messages is in whole seconds. */
export const EARLY_MILLISECONDS = 1_500;

/** What has a start may be sent this much later. After that, it must reserve another start. */
export const LATE_MILLISECONDS = 5_000;

/** From the last look at the clock to the request to ACS. */
const CALL_MILLISECONDS = 100;

/**
 * No window of this length contains more starts than the sender's rate. Thus no minute contains more requests, even if the
 * first is as late and the last as early as allowed. It is no longer than a sender takes, at its paced share, for what it
 * may send in a minute, so it rarely delays chunks that divide the rate evenly.
 */
const WINDOW_MILLISECONDS = MINUTE_MILLISECONDS + EARLY_MILLISECONDS + LATE_MILLISECONDS + CALL_MILLISECONDS;

/** Starts in the same slice of time are remembered as one, so a sender has no more than 32 of them. */
const SLICE_MILLISECONDS = WINDOW_MILLISECONDS / 30;

export interface SenderPace {
  /** What the rate applies to: a number, an email domain, or a kind of sender whose limit is that of the whole resource. */
  readonly key: string;
  /** Recipients (or email messages) per minute that ACS allows. */
  readonly ratePerMinute: number;
  /** The most in any minute, if this is more than a rate that follows from a limit per hour. Default: `ratePerMinute`. */
  readonly minuteLimit?: number;
}

/** Sending time of one recipient. */
export function millisecondsPerRecipient(ratePerMinute: number): number {
  return MINUTE_MILLISECONDS / (ratePerMinute * PACED_SHARE);
}

/** Recipients whose time begins at `on`, or a little before (epoch milliseconds). */
export interface Start {
  readonly on: number;
  readonly recipients: number;
}

/** How far a sender's time is reserved. Times are epoch milliseconds. */
export interface SenderTime {
  readonly nextFree: number;
  /** After a 429 from ACS, nothing is sent before this. */
  readonly pausedUntil: number;
  /** The starts of the window that ends with the last one, oldest first. */
  readonly recent: readonly Start[];
}

export interface Wanted {
  readonly recipients: number;
  /** How much later than usual they may be sent to. This time is kept free. Default: 0. */
  readonly lateMilliseconds?: number;
}

export interface Reservation {
  /** When these recipients may be sent to (epoch milliseconds). */
  readonly start: number;
  readonly after: SenderTime;
}

/**
 * Reserves the next free sending time for some recipients: after what is already reserved (virtual scheduling), and when no
 * window contains more than the sender's rate. More recipients than the rate start when the window is empty.
 */
export function reserve(time: SenderTime, wanted: Wanted, pace: SenderPace, now: number): Reservation {
  const { recipients, lateMilliseconds = 0 } = wanted;
  const limit = pace.minuteLimit ?? pace.ratePerMinute;
  const earliest = Math.max(now, time.nextFree, time.pausedUntil);
  const start = firstInWindow(time.recent, recipients, limit, earliest);
  const latest = start + lateMilliseconds;
  const nextFree = latest + recipients * millisecondsPerRecipient(pace.ratePerMinute);
  const recent = withStart(time.recent, { on: latest, recipients });
  return { start, after: { nextFree, pausedUntil: time.pausedUntil, recent } };
}

/** The first time, not before `earliest`, at which the window has room for some recipients. */
function firstInWindow(recent: readonly Start[], recipients: number, limit: number, earliest: number): number {
  let first = earliest;
  let total = recent.reduce((sum, start) => sum + start.recipients, recipients);
  for (const { on, recipients: leaving } of recent) {
    const leavesOn = on + WINDOW_MILLISECONDS;
    if (leavesOn > first && total <= limit) break;
    first = Math.max(first, leavesOn);
    total -= leaving;
  }
  return first;
}

/** Adds the latest start, and forgets those that no later one can share a window with. */
function withStart(recent: readonly Start[], start: Start): Start[] {
  const kept = recent.filter(({ on }) => on > start.on - WINDOW_MILLISECONDS);
  const last = kept.at(-1);
  if (!last || sliceOf(last) !== sliceOf(start)) return [...kept, start];
  // The later of the two times: both then leave the window later than they might.
  return [...kept.slice(0, -1), { on: start.on, recipients: last.recipients + start.recipients }];
}

function sliceOf({ on }: Start): number {
  return Math.floor(on / SLICE_MILLISECONDS);
}

/** Pauses the sender until `until`. Messages that already have a sending time before that must reserve another. */
export function pause(time: SenderTime, until: number): SenderTime {
  return { ...time, pausedUntil: Math.max(time.pausedUntil, until) };
}
