/** Deadline for all attempts of one request to ACS. */
export const REQUEST_DEADLINE_MILLISECONDS = 10_000;

/**
 * Maximum difference between the clocks of two instances, or of an instance and ACS. Azure synchronises its hosts
 * (https://learn.microsoft.com/azure/virtual-machines/linux/time-sync); this leaves a margin for one that lags.
 */
export const CLOCK_SKEW_MILLISECONDS = 5_000;

/** The first-sent time is sent to ACS in whole seconds (RFC 1123), rounded down. */
const DATE_RESOLUTION_MILLISECONDS = 1_000;

/** The last part of a lease or window, in which no request may start, so that all have ended when it expires. */
export const CLOSING_MILLISECONDS = REQUEST_DEADLINE_MILLISECONDS + CLOCK_SKEW_MILLISECONDS;

/**
 * The last time at which a request with ids first sent at `firstSent` may start. All its attempts then reach ACS while ACS
 * recognises the ids. Later, ACS may reject them, or treat them as new and send the message a second time.
 *
 * @param firstSent epoch milliseconds
 * @param windowSeconds how long ACS recognises ids, counted from the first-sent time in the request
 * (`SMS_REPEATABILITY_WINDOW_SECONDS`)
 * @returns epoch milliseconds
 */
export function lastStartInWindow(firstSent: number, windowSeconds: number): number {
  const firstSentOnWire = Math.floor(firstSent / DATE_RESOLUTION_MILLISECONDS) * DATE_RESOLUTION_MILLISECONDS;
  return firstSentOnWire + windowSeconds * 1000 - CLOSING_MILLISECONDS;
}

/** Leaves time for a second attempt 10 seconds after the first, the shortest delay of a chunk. */
export const MINIMUM_WINDOW_SECONDS =
  (CLOSING_MILLISECONDS + DATE_RESOLUTION_MILLISECONDS + REQUEST_DEADLINE_MILLISECONDS) / 1000;
