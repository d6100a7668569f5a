import type { EmailDeliveryReport } from '../contract/acsEvent.ts';
import type { Email, EmailOutcome } from './email.ts';
import type { EmailContext } from './emailContext.ts';
import { type Fact, merge, withoutOwner } from './merge.ts';
import { emitPending } from './outcome.ts';

/**
 * Stores a fact about an email, and emits the outcomes that follow from it.
 *
 * @param whenAbsent what to start from if the email has no row yet
 * @returns undefined if the email has no row
 */
export async function recordFact(
  context: EmailContext,
  id: string,
  fact: Fact,
  whenAbsent?: Email,
): Promise<Email | undefined> {
  let before: readonly EmailOutcome[] = [];
  const email = await context.emails.change(id, (stored) => {
    const current = stored ?? whenAbsent;
    before = current?.pending ?? [];
    return current && merge(current, fact, context.now());
  });
  // Outcomes that were pending before are emitted by the process that stored them; if it died, by the timer.
  const added = email?.pending.filter((it) => !before.includes(it)) ?? [];
  return email && emitPending(context, email, added);
}

/**
 * Records a delivery report. If the email has no row, the report is kept for a day, because the row may be written later.
 *
 * @returns `unknown` if no client is known to have sent the email
 */
export async function recordEmailReport(
  context: EmailContext,
  report: EmailDeliveryReport,
): Promise<'recorded' | 'unknown'> {
  const { messageId } = report;
  const whenAbsent = withoutOwner(messageId, context.now());
  const email = await recordFact(context, messageId, { kind: 'reported', report }, whenAbsent);
  return email?.owner ? 'recorded' : 'unknown';
}
