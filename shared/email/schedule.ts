const MINUTE_MILLISECONDS = 60_000;

/** Looks at a mail, after it was handed to ACS. Most end at the first one: ACS allows two status reads a mail. */
const LOOKS_MILLISECONDS = [1, 5, 15, 60, 24 * 60].map((minutes) => minutes * MINUTE_MILLISECONDS);

/** A mail that has not ended by then is `Unknown`. */
export const DEADLINE_MILLISECONDS = 24 * 60 * MINUTE_MILLISECONDS;

/** ACS may not know a mail for so long after it took it: a 404 then says nothing. @see azure-sdk-for-python#35849 */
const GRACE_MILLISECONDS = 10 * MINUTE_MILLISECONDS;

/** After a look that brought nothing: ACS did not know the mail yet, or could not be asked. */
const AGAIN_MILLISECONDS = MINUTE_MILLISECONDS;

/** Times are epoch milliseconds, and `acceptedOn` is when ACS was handed the mail. */

/** The first look: when ACS says, or after a minute. */
export function firstLook(acceptedOn: number, retryAfterSeconds: number | undefined): number {
  const wait = retryAfterSeconds === undefined ? MINUTE_MILLISECONDS : retryAfterSeconds * 1000;
  return acceptedOn + Math.min(wait, DEADLINE_MILLISECONDS);
}

/** The look after one at `now`, no earlier than ACS wants it; undefined when that was the last. */
export function nextLook(acceptedOn: number, now: number, retryAfterSeconds = 0): number | undefined {
  if (isOverdue(acceptedOn, now)) return undefined;
  const planned = LOOKS_MILLISECONDS.map((it) => acceptedOn + it).find((time) => time > now) ?? now;
  return Math.min(Math.max(planned, now + retryAfterSeconds * 1000), acceptedOn + DEADLINE_MILLISECONDS);
}

/** The look after one at which ACS did not know the mail; undefined when it never will. */
export function lookAfterAbsence(acceptedOn: number, now: number): number | undefined {
  return now - acceptedOn < GRACE_MILLISECONDS ? now + AGAIN_MILLISECONDS : nextLook(acceptedOn, now);
}

/** The look after one to which no answer came. */
export function lookAfterFailure(now: number): number {
  return now + AGAIN_MILLISECONDS;
}

/** The older the email, the more rarely an outcome that cannot be emitted is tried again, within these bounds. */
const SHORTEST_TELL_MILLISECONDS = MINUTE_MILLISECONDS;
const LONGEST_TELL_MILLISECONDS = 15 * MINUTE_MILLISECONDS;

/** When to try again to emit an outcome. */
export function tellAgainOn(acceptedOn: number, now: number): number {
  return now + Math.min(Math.max(now - acceptedOn, SHORTEST_TELL_MILLISECONDS), LONGEST_TELL_MILLISECONDS);
}

function isOverdue(acceptedOn: number, now: number): boolean {
  return now >= acceptedOn + DEADLINE_MILLISECONDS;
}
