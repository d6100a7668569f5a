const MINUTE_MILLISECONDS = 60_000;

/** Polls, counted from acceptance. Most emails end by the first one: ACS allows two status reads per email. */
const POLLS_MILLISECONDS = [1, 5, 15, 60, 24 * 60].map((minutes) => minutes * MINUTE_MILLISECONDS);

/** An email without a final status by then becomes `Unknown`. */
export const DEADLINE_MILLISECONDS = 24 * 60 * MINUTE_MILLISECONDS;

/** ACS may answer 404 for this long after it accepted an email. @see azure-sdk-for-python#35849 */
const NOT_FOUND_MILLISECONDS = 10 * MINUTE_MILLISECONDS;

/** After a poll without a result: ACS did not know the email yet, or did not answer. */
const RETRY_MILLISECONDS = MINUTE_MILLISECONDS;

/** Times below are epoch milliseconds; `acceptedOn` is when the email was submitted to ACS. */

/** The first poll: when ACS asks for it, or after a minute. */
export function firstPoll(acceptedOn: number, retryAfterSeconds: number | undefined): number {
  const wait = retryAfterSeconds === undefined ? MINUTE_MILLISECONDS : retryAfterSeconds * 1000;
  return acceptedOn + Math.min(wait, DEADLINE_MILLISECONDS);
}

/** The poll after one at `now`, no earlier than ACS asks for; undefined if that was the last one. */
export function nextPoll(acceptedOn: number, now: number, retryAfterSeconds = 0): number | undefined {
  if (now >= acceptedOn + DEADLINE_MILLISECONDS) return undefined;
  const planned = POLLS_MILLISECONDS.map((it) => acceptedOn + it).find((time) => time > now) ?? now;
  return Math.min(Math.max(planned, now + retryAfterSeconds * 1000), acceptedOn + DEADLINE_MILLISECONDS);
}

/** The poll after a 404; undefined once ACS will not know the email any more. */
export function pollAfterNotFound(acceptedOn: number, now: number): number | undefined {
  return now - acceptedOn < NOT_FOUND_MILLISECONDS ? now + RETRY_MILLISECONDS : nextPoll(acceptedOn, now);
}

/** The poll after one that got no answer. */
export function pollAfterFailure(now: number): number {
  return now + RETRY_MILLISECONDS;
}

/** The older the email, the less often an outcome that cannot be emitted is retried, within these bounds. */
const SHORTEST_EMIT_MILLISECONDS = MINUTE_MILLISECONDS;
const LONGEST_EMIT_MILLISECONDS = 15 * MINUTE_MILLISECONDS;

/** When to try again to emit an outcome. */
export function nextEmitAttempt(acceptedOn: number, now: number): number {
  return now + Math.min(Math.max(now - acceptedOn, SHORTEST_EMIT_MILLISECONDS), LONGEST_EMIT_MILLISECONDS);
}
