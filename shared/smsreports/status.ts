import type { SmsDeliveryReportAnswer } from '../contract/sms.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { SmsReport } from './message.ts';
import type { SmsReports } from './reports.ts';

/**
 * The delivery report of a message in ACS's shape; pending until it has come.
 *
 * @throws SwitchboardError `NotFound`, also when the message is another client's, or was sent without asking for reports
 */
export async function deliveryReport(
  reports: SmsReports,
  client: string,
  messageId: string,
): Promise<SmsDeliveryReportAnswer> {
  const message = await reports.find(client, messageId);
  if (!message) {
    const text = 'There is no message with this id for which delivery reports were asked for.';
    throw new SwitchboardError('NotFound', text, { target: 'messageId' });
  }
  const { from, to, tag } = message.sending;
  return { messageId, from, to, ...reportFields(message.report), ...(tag === '' ? {} : { tag }) };
}

function reportFields(report: SmsReport | undefined) {
  if (!report) return { deliveryStatus: 'Pending' as const };
  const { status, details, receivedOn } = report;
  return {
    deliveryStatus: status,
    ...(details === '' ? {} : { deliveryStatusDetails: details }),
    receivedTimestamp: new Date(receivedOn).toISOString(),
  };
}
