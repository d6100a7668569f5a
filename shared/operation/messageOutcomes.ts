import type { ReceivedSms } from '../contract/acsEvent.ts';
import type { OptOuts } from '../optouts/optOuts.ts';
import { emitOutcome, type Outcome } from '../outcomes/outcome.ts';
import type { ReportedMessage } from '../smsreports/reports.ts';
import type { Storage } from '../storage/storage.ts';

/** Outcome events of a single SMS message, for its client. */
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

function receivedSmsOutcome({ receivedOn, ...sms }: ReceivedSms, time: Date): Outcome {
  return {
    operation: 'sms',
    result: 'received',
    subject: sms.messageId,
    client: undefined,
    httpStatus: undefined,
    data: { ...sms, receivedOn: new Date(receivedOn).toISOString() },
    replyTo: undefined,
    time,
  };
}

/** Passes a received SMS on, and then takes note of it where it is a STOP or START. */
export function receivedSmsSink(storage: Storage, now: () => Date, optOuts: OptOuts) {
  return async (sms: ReceivedSms): Promise<void> => {
    await emitOutcome(storage, receivedSmsOutcome(sms, now()));
    await optOuts.record(sms);
  };
}
