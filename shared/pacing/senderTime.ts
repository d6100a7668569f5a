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
