import type { ReportedMessage } from '../smsreports/reports.ts';
import type { Outcome } from './outcome.ts';

/** What its client is told of a message that was sent by itself. */
export function smsReportOutcome(messageId: string, { sending, report }: ReportedMessage, time: Date): Outcome {
  const { client, subject = messageId, replyTo, from, to, tag } = sending;
  const { status: deliveryStatus, details, receivedOn } = report;
  return {
    operation: 'sendSms',
    result: deliveryStatus === 'Delivered' ? 'delivered' : 'undelivered',
    subject,
    client,
    httpStatus: undefined,
    data: {
      ...{ messageId, from, to },
      ...(tag === '' ? {} : { tag }),
      ...{ deliveryStatus, details, receivedOn: new Date(receivedOn).toISOString() },
    },
    replyTo,
    time,
    occurrence: messageId, // one request may have many recipients
  };
}
