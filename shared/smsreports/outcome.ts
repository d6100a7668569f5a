import { emitOutcome } from '../outcomes/emitOutcome.ts';
import type { Storage } from '../storage/storage.ts';
import type { SmsReport, SmsSending } from './smsMessage.ts';

export interface ReportedMessage {
  readonly sending: SmsSending;
  readonly report: SmsReport;
}

/** Emits a message's delivery status to the client that sent it. A repetition for the same status has the same id. */
export async function emitDelivery(
  { storage, now }: { readonly storage: Storage; readonly now: () => number },
  messageId: string,
  { sending, report }: ReportedMessage,
): Promise<void> {
  const { client, subject = messageId, replyTo, from, to, tag } = sending;
  const { status: deliveryStatus, details, receivedOn } = report;
  await emitOutcome(storage, {
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
    time: new Date(now()),
    occurrence: messageId, // one request may have several recipients
  });
}
