import { randomUUID } from 'node:crypto';
import { MAXIMUM_TAG_LENGTH, type SmsDeliveryAttempt, type SmsDeliveryReport } from '../contract/acsEvent.ts';
import type { SmsDeliveryReportAnswer, SmsSendResult } from '../contract/sms.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import type { Storage } from '../storage/storage.ts';
import { emitDelivery, type ReportedMessage } from './outcome.ts';
import {
  createMessageStore,
  type MessageStore,
  mergeMessages,
  NEW_MESSAGE,
  NOTHING_KNOWN,
  rankOf,
  type SmsMessage,
  type SmsReport,
  type SmsSending,
  type StoredMessage,
} from './smsMessage.ts';

/** What tracking messages that were sent one by one works with. */
export interface SmsReportContext {
  readonly storage: Storage;
  readonly messages: MessageStore;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function createSmsReportContext(storage: Storage, now: () => number): SmsReportContext {
  return { storage, messages: createMessageStore(storage.tables), now };
}

/** Stores who sent the messages that ACS accepted. The status of a report that has already arrived is emitted now. */
export async function trackSentSms(
  context: SmsReportContext,
  request: Omit<SmsSending, 'to'>,
  { value }: SmsSendResult,
): Promise<void> {
  const tag = request.tag.slice(0, MAXIMUM_TAG_LENGTH);
  const track = async ({ to, messageId, successful }: SmsSendResult['value'][number]) => {
    if (!successful || !messageId) return;
    const sending = { ...request, to, tag };
    // Usually the row does not exist yet, so the first attempt does not read it.
    await recordFact(context, messageId, { ...NOTHING_KNOWN, sending }, NEW_MESSAGE);
  };
  await Promise.all(value.map(track));
}

/**
 * Stores a delivery report, and emits the status to the client that sent the message.
 *
 * @returns `unknown` if no client is known to have sent it
 */
export async function recordSmsReport(
  context: SmsReportContext,
  { messageId, status, details, receivedOn, attempts, partnerMessageId }: SmsDeliveryReport,
): Promise<'recorded' | 'unknown'> {
  const report = {
    ...{ status, details, receivedOn },
    ...(attempts ? { attempts } : {}),
    ...(partnerMessageId === undefined ? {} : { partnerMessageId }),
  };
  const stored = await context.messages.get(messageId);
  const { sending } = await recordFact(context, messageId, { ...NOTHING_KNOWN, report }, stored);
  return sending ? 'recorded' : 'unknown';
}

/**
 * Returns the delivery report of a client's message in ACS's shape; pending until it has arrived.
 *
 * @throws SwitchboardError `NotFound`, also if another client sent the message, or if it was sent without delivery reports
 */
export async function findDeliveryReport(
  { messages }: Pick<SmsReportContext, 'messages'>,
  client: string,
  messageId: string,
): Promise<SmsDeliveryReportAnswer> {
  const { sending, report } = await messages.get(messageId);
  if (sending?.client !== client) {
    const text = 'No message with delivery reports enabled has this id.';
    throw new SwitchboardError('NotFound', text, { target: 'messageId' });
  }
  const { from, to, tag } = sending;
  return { messageId, from, to, ...reportFields(report), ...(tag === '' ? {} : { tag }) };
}

function reportFields(report: SmsReport | undefined) {
  if (!report) return { deliveryStatus: 'Pending' as const };
  const { status, details, receivedOn, attempts, partnerMessageId } = report;
  return {
    deliveryStatus: status,
    ...(details === '' ? {} : { deliveryStatusDetails: details }),
    ...(attempts ? { deliveryAttempts: attempts.map(attemptFields) } : {}),
    receivedTimestamp: new Date(receivedOn).toISOString(),
    ...(partnerMessageId === undefined ? {} : { messagingConnectPartnerMessageId: partnerMessageId }),
  };
}

function attemptFields({ attemptedOn, ...segments }: SmsDeliveryAttempt) {
  return { timestamp: new Date(attemptedOn).toISOString(), ...segments };
}

/**
 * How long one process has the sole right to emit a status. Shorter than the host's redelivery delay
 * (`visibilityTimeout` in host.json), so that a redelivered event emits a status that could not be emitted before.
 */
const EMITTING_MILLISECONDS = 10_000;

/**
 * Merges a fact into a message's row, and emits the status if that changed it.
 *
 * @param known the row as the caller has read it
 */
async function recordFact(
  context: SmsReportContext,
  messageId: string,
  fact: SmsMessage,
  known: StoredMessage,
): Promise<SmsMessage> {
  const { storage, messages, now } = context;
  const emitter = randomUUID();
  const { after, reported, written } = await retryConflicts(storage.tables, async (overtaken) => {
    const before = overtaken === 0 ? known : await messages.get(messageId);
    const merged = mergeMessages(before, fact);
    const unreported = toEmit(before, merged, { emitter, now: now() });
    const isKnown = merged.sending === before.sending && merged.report === before.report;
    if (!unreported && isKnown) return { after: merged, reported: undefined, written: before };
    const right = unreported ? { emittingUntil: now() + EMITTING_MILLISECONDS, emitter } : {};
    const stored = await messages.put(messageId, { ...before, ...merged, ...right });
    return stored && { after: merged, reported: unreported, written: stored };
  });
  if (!reported) return after;
  await emitDelivery(context, messageId, reported);
  await storeEmitted(context, messageId, reported.report.status, written);
  return after;
}

/**
 * The message, if its status has not been emitted and no other invocation is about to emit it. The row says that this one is,
 * if the write before has taken effect although it reported a conflict: its response was lost, and the SDK repeated it.
 */
function toEmit(
  before: StoredMessage,
  { sending, report }: SmsMessage,
  { emitter, now }: { readonly emitter: string; readonly now: number },
): ReportedMessage | undefined {
  if (!sending || !report || report.status === before.emitted) return undefined;
  const isBeingEmitted = before.sending && before.report?.status === report.status && now < before.emittingUntil;
  return isBeingEmitted && before.emitter !== emitter ? undefined : { sending, report };
}

/** Stores that a status was emitted, unless a higher one has been emitted in the meantime. */
async function storeEmitted(
  { storage, messages }: SmsReportContext,
  messageId: string,
  status: SmsReport['status'],
  written: StoredMessage,
): Promise<void> {
  await retryConflicts(storage.tables, async (overtaken) => {
    const message = overtaken === 0 ? written : await messages.get(messageId);
    return rankOf(message.emitted) < rankOf(status)
      ? messages.put(messageId, { ...message, emitted: status })
      : message;
  });
}
