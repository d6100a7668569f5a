import { emitOutcome, type Outcome } from '../outcomes/emitOutcome.ts';
import { type Email, type EmailOutcome, type OwnedEmail, publicIdOf } from './email.ts';
import type { EmailContext } from './emailContext.ts';
import { describeDelivery, emailStatus } from './emailStatus.ts';
import { merge } from './merge.ts';

/** The event by which an email's owner receives an outcome. */
function eventOf(email: OwnedEmail, outcome: EmailOutcome, time: Date): Outcome {
  const { client, subject, replyTo } = email.owner;
  return {
    operation: 'sendEmail',
    result: outcome.result,
    subject,
    client,
    httpStatus: undefined,
    data: dataOf(email, outcome),
    replyTo,
    time,
    occurrence: JSON.stringify([email.id, outcome]), // a recipient may have several in turn
  };
}

function dataOf(email: Email, outcome: EmailOutcome): object {
  if ('recipient' in outcome) return { id: publicIdOf(email), ...describeDelivery(outcome.recipient, outcome) };
  const { id, status, error } = emailStatus(email, 0).body;
  return { id, status, ...(error ? { error } : {}) };
}

/**
 * Emits pending outcomes, and stores which were emitted. If the process dies in between, they are emitted again later,
 * with the same ids. One that cannot be emitted does not hold up the others.
 *
 * @throws the error of the step that failed, or an AggregateError of several
 */
export async function emitPending(
  context: EmailContext,
  email: Email,
  outcomes: readonly EmailOutcome[] = email.pending,
): Promise<Email> {
  const { owner } = email;
  if (!owner || outcomes.length === 0) return email;
  const emitted: EmailOutcome[] = [];
  const errors: unknown[] = [];
  for (const outcome of outcomes) {
    try {
      await emitOutcome(context.storage, eventOf({ ...email, owner }, outcome, new Date(context.now())));
      emitted.push(outcome);
    } catch (error) {
      errors.push(error);
    }
  }
  const updated = await storeEmitted(context, email, emitted).catch((error: unknown) => void errors.push(error));
  if (errors.length > 1)
    throw new AggregateError(errors, `${errors.length} steps of emitting an email's outcomes failed`);
  if (errors.length === 1) throw errors[0];
  return updated ?? email;
}

async function storeEmitted(
  { emails, now }: EmailContext,
  email: Email,
  outcomes: readonly EmailOutcome[],
): Promise<Email | undefined> {
  if (outcomes.length === 0) return email;
  return emails.change(email.id, (stored) => stored && merge(stored, { kind: 'emitted', outcomes }, now()));
}
