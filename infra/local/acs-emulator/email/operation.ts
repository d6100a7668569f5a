import type { EmailEvent } from './emailStore.ts';
import { type EmailOutcome, outcomeOf } from './outcomes.ts';

export type OperationStatus = 'NotStarted' | 'Running' | 'Succeeded' | 'Failed';

/** An operation as it can be read. */
export interface Operation {
  readonly status: OperationStatus;
  readonly error: EmailOutcome['error'];
  /** While it is not at its end. */
  readonly retryAfterSeconds?: number;
}

/**
 * A third of the time in the queue, the rest under way, then done: the clock and the recipients alone decide.
 *
 * @returns undefined when the operation cannot be found
 */
export function operationOf(email: EmailEvent, settleMilliseconds: number, now: Date): Operation | undefined {
  const outcome = outcomeOf(email);
  const age = now.getTime() - email.at;
  if (outcome.operation === 'lost' || age < outcome.hiddenMilliseconds) return undefined;
  const remaining = settleMilliseconds - age;
  if (remaining > 0) {
    const status = remaining > (settleMilliseconds * 2) / 3 ? 'NotStarted' : 'Running';
    return { status, error: null, retryAfterSeconds: Math.ceil(remaining / 1000) };
  }
  if (outcome.operation === 'stuck') {
    return { status: 'Running', error: null, retryAfterSeconds: firstLookSeconds(settleMilliseconds) };
  }
  return { status: outcome.operation === 'fails' ? 'Failed' : 'Succeeded', error: outcome.error };
}

/** When it is worth to look at an operation that was just accepted. */
export function firstLookSeconds(settleMilliseconds: number): number {
  return Math.max(1, Math.ceil(settleMilliseconds / 1000));
}
