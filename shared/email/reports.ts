import type { EmailDeliveryReport } from '../contract/deliveryReport.ts';
import type { EmailEngine } from './engine.ts';
import { learn } from './learn.ts';
import { orphan } from './merge.ts';

/**
 * Writes down what became of a mail at one recipient. A report of a mail that nobody of ours has sent is kept for a day,
 * in case that its row is still to come.
 *
 * @returns whether the mail is ours, as far as is known
 */
export async function recordEmailReport(
  engine: EmailEngine,
  report: EmailDeliveryReport,
): Promise<'recorded' | 'unknown'> {
  const { messageId } = report;
  const mail = await learn(engine, messageId, { kind: 'reported', report }, orphan(messageId, engine.now()));
  return mail?.owner ? 'recorded' : 'unknown';
}
