import type { ReceivedSms } from '../contract/acsEvent.ts';
import type { EmailContext } from '../email/emailContext.ts';
import { recordEmailReport } from '../email/recordFact.ts';
import type { OptOuts } from '../optouts/optOuts.ts';
import { emitOutcome } from '../outcomes/emitOutcome.ts';
import type { BatchContext } from '../smsbatch/batchContext.ts';
import { recordBatchReport } from '../smsbatch/deliveryReports.ts';
import { recordSmsReport, type SmsReportContext } from '../smsreports/smsReports.ts';
import type { Storage } from '../storage/storage.ts';
import type { Table } from '../storage/tables.ts';
import { type DroppedEventRow, droppedEventRow, storeDroppedEvents } from './droppedEvents.ts';
import { type ReadEvent, readEvents } from './readEvents.ts';

/** What recording ACS's events works with. */
export interface AcsEventContext {
  readonly storage: Storage;
  readonly droppedEvents: Table;
  readonly emails: EmailContext;
  readonly smsReports: SmsReportContext;
  readonly smsBatches: BatchContext;
  readonly optOuts: Pick<OptOuts, 'record'>;
  /** The ARM id of the resource whose events are accepted; undefined to accept those of every ACS resource. */
  readonly ownResourceId: string | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Records the events of one Event Grid message. An event that cannot be used is stored as dropped and logged in one line.
 *
 * @param log writes one line, masked
 * @throws AggregateError if storage fails for some events. The message may be redelivered: nothing is recorded twice
 */
export async function recordEvents(
  context: AcsEventContext,
  message: unknown,
  log: (line: string) => void,
): Promise<void> {
  const dropped: DroppedEventRow[] = [];
  const failures: unknown[] = [];
  for (const event of readEvents(message, context.ownResourceId)) {
    try {
      const reason = await recordEvent(context, event);
      if (reason !== undefined) dropped.push(droppedEventRow({ ...event, reason }, new Date(context.now())));
    } catch (error) {
      failures.push(error); // the other events are recorded all the same
    }
  }
  await storeDroppedEvents(context.droppedEvents, dropped, log);
  if (failures.length > 0) throw new AggregateError(failures, `Not recorded: ${failures.join('; ')}`);
}

const UNKNOWN_MESSAGE = 'unknown message';

/** @returns why the event is dropped, if it is */
async function recordEvent(context: AcsEventContext, event: ReadEvent): Promise<string | undefined> {
  switch (event.kind) {
    case 'dropped':
      return event.reason;
    case 'ignored':
      return undefined;
    case 'receivedSms':
      await recordReceivedSms(context, event.sms);
      return undefined;
    case 'emailReport':
      return (await recordEmailReport(context.emails, event.report)) === 'unknown' ? UNKNOWN_MESSAGE : undefined;
    case 'smsReport':
      if (await recordBatchReport(context.smsBatches, event.report)) return undefined;
      return (await recordSmsReport(context.smsReports, event.report)) === 'unknown' ? UNKNOWN_MESSAGE : undefined;
  }
}

/** Emits a received SMS message as an event, and then records an opt-out or opt-in if it is one. */
async function recordReceivedSms({ storage, optOuts, now }: AcsEventContext, sms: ReceivedSms): Promise<void> {
  const { receivedOn, ...rest } = sms;
  await emitOutcome(storage, {
    operation: 'sms',
    result: 'received',
    subject: sms.messageId,
    client: undefined,
    httpStatus: undefined,
    data: { ...rest, receivedOn: new Date(receivedOn).toISOString() },
    replyTo: undefined,
    time: new Date(now()),
  });
  await optOuts.record(sms);
}
