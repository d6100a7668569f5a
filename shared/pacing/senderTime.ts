/** The share of a sender's rate that paced work takes; the rest lets single messages through. */
export const PACED_SHARE = 0.9;

export interface SenderPace {
  /** Whose sending time is shared: a number, a mail domain, or a kind where the limit is the resource's. */
  readonly key: string;
  /** What ACS allows: recipients (or mails) per minute. */
  readonly ratePerMinute: number;
}

/** Sending time of one recipient. */
export function millisecondsPerRecipient(ratePerMinute: number): number {
  return 60_000 / (ratePerMinute * PACED_SHARE);
}

/** Until when a sender's time is given away. */
export interface SenderTime {
  /** Epoch milliseconds. */
  readonly nextFree: number;
  /** ACS said 429: nothing is sent before this. Epoch milliseconds. */
  readonly pausedUntil: number;
}

export interface Reservation {
  /** When the first of the recipients may be sent. Epoch milliseconds. */
  readonly start: number;
  readonly after: SenderTime;
}

/** Gives away the next free sending time to some recipients (virtual scheduling). */
export function reserve(time: SenderTime, recipients: number, ratePerMinute: number, now: number): Reservation {
  const start = Math.max(now, time.nextFree, time.pausedUntil);
  const nextFree = start + recipients * millisecondsPerRecipient(ratePerMinute);
  return { start, after: { nextFree, pausedUntil: time.pausedUntil } };
}

/** Nothing is sent before `until`; what has its time already comes back for another. */
export function pause(time: SenderTime, until: number): SenderTime {
  return { nextFree: time.nextFree, pausedUntil: Math.max(time.pausedUntil, until) };
}
