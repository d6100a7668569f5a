/** All tries of one request to ACS end after this. */
export const REQUEST_DEADLINE_MILLISECONDS = 10_000;

/**
 * How far apart the clocks of two instances, or of an instance and ACS, may be. Azure's hosts follow its own time servers
 * (https://learn.microsoft.com/azure/virtual-machines/linux/time-sync); this leaves room for one that lags.
 */
export const CLOCK_SKEW_MILLISECONDS = 5_000;

/** ACS is given the time of the first try in whole seconds (RFC 1123), rounded down. */
const DATE_RESOLUTION_MILLISECONDS = 1_000;

/** Part of a lease or window in which no request may start: one that starts before it has ended when its time is up. */
export const CLOSING_MILLISECONDS = REQUEST_DEADLINE_MILLISECONDS + CLOCK_SKEW_MILLISECONDS;

/**
 * The last moment at which a request may start whose ids ACS got at `firstSent` for the first time. With all its tries it
 * then reaches ACS while ACS still recognises them. Later than this, ACS may refuse the ids, or take them for new ones and
 * send the message a second time.
 *
 * @param firstSent epoch milliseconds
 * @param windowSeconds how long ACS recognises ids, counted from the first-sent time in the request
 * (`SMS_REPEATABILITY_WINDOW_SECONDS`)
 * @returns epoch milliseconds
 */
export function lastStartInWindow(firstSent: number, windowSeconds: number): number {
  const firstSentAsTold = Math.floor(firstSent / DATE_RESOLUTION_MILLISECONDS) * DATE_RESOLUTION_MILLISECONDS;
  return firstSentAsTold + windowSeconds * 1000 - CLOSING_MILLISECONDS;
}

/** Leaves time for one more try 10 seconds after the first one, the shortest delay of a chunk. */
export const MINIMUM_WINDOW_SECONDS =
  (CLOSING_MILLISECONDS + DATE_RESOLUTION_MILLISECONDS + REQUEST_DEADLINE_MILLISECONDS) / 1000;
