import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { type Fields, readJson, UUID } from '../http/fields.ts';
import type { Call } from '../http/route.ts';
import { isPhoneNumber, requireOwnSender, senderKind } from './senders.ts';
import { readSendOptions, type SendOptions } from './sendOptions.ts';
import { invalidSms } from './smsErrors.ts';
import { isIdStored, REPEATABILITY_WINDOW_MILLISECONDS, type SentItem, type SentMessage } from './smsStore.ts';
import { hasPlainMessageIds } from './smsVersions.ts';

const MAXIMUM_RECIPIENTS = 100;
const MAXIMUM_MESSAGE_CHARACTERS = 2048;

export interface Recipient {
  readonly to: string;
  readonly repeatabilityRequestId: string | undefined;
  readonly repeatabilityFirstSent: string | undefined;
}

interface SendRequest {
  readonly from: string;
  readonly recipients: readonly Recipient[];
  readonly message: string;
  readonly options: SendOptions | undefined;
  readonly apiVersion: string;
}

/** @throws ServiceError 400 in the api-version's form, or 401 `Unauthorized` for a sender of another resource */
export function readSendRequest(call: Call, context: Context): SendRequest {
  const body = readJson(call, invalidSms(call.apiVersion));
  const from = body.optionalString('from') ?? '';
  if (!senderKind(from)) throw body.invalid('from', 'Invalid from phone number format.');
  const recipients = readRecipients(body);
  const message = body.string('message');
  if (message.length > MAXIMUM_MESSAGE_CHARACTERS) {
    throw body.invalid(
      'message',
      `The field Message must be a string with a maximum length of ${MAXIMUM_MESSAGE_CHARACTERS}.`,
    );
  }
  const options = readSendOptions(body, call.apiVersion);
  requireOwnSender(from, context.senders);
  return { from, recipients, message, options, apiVersion: call.apiVersion };
}

function readRecipients(body: Fields): Recipient[] {
  const recipients = body.objects('smsRecipients');
  if (recipients.length < 1 || recipients.length > MAXIMUM_RECIPIENTS) {
    throw body.invalid('smsRecipients', `SmsRecipients must have 1 to ${MAXIMUM_RECIPIENTS} elements.`);
  }
  return recipients.map((recipient) => ({
    to: recipient.string('to'),
    repeatabilityRequestId: recipient.optionalString('repeatabilityRequestId'),
    repeatabilityFirstSent: recipient.optionalString('repeatabilityFirstSent'),
  }));
}

/** One element of the response. */
interface SmsSendResponseItem {
  readonly to: string;
  readonly messageId?: string;
  readonly httpStatusCode: number;
  readonly errorMessage?: string;
  readonly repeatabilityResult?: 'accepted' | 'rejected';
  readonly successful: boolean;
}

interface SendDecision {
  readonly results: readonly SmsSendResponseItem[];
  /** The messages to send now. */
  readonly items: readonly SentItem[];
  /** The messages whose repeatability ids were used again. */
  readonly repeats: readonly string[];
}

/** Decides the result of each recipient in order. Changes no state. */
export function decideRecipients(request: SendRequest, context: Context): SendDecision {
  const decision = new Decision(request, context);
  const results = request.recipients.map((recipient) => decision.decide(recipient));
  return { results, items: decision.items, repeats: decision.repeats };
}

class Decision {
  readonly items: SentItem[] = [];
  readonly repeats: string[] = [];
  readonly #request: SendRequest;
  readonly #context: Context;
  readonly #now: Date;
  readonly #createMessageId: () => string;
  /** Messages of this request by repeatability id: recipients of one request may share an id. */
  readonly #own = new Map<string, SentItem>();
  /** The last first-sent: most often, all recipients have the same. */
  #firstSent: { readonly text: string | undefined; readonly time: number | undefined } | undefined;

  constructor(request: SendRequest, context: Context) {
    this.#request = request;
    this.#context = context;
    this.#now = context.now();
    this.#createMessageId = hasPlainMessageIds(request.apiVersion)
      ? plainMessageIds(this.#now)
      : messageIds(this.#now, 'Outgoing');
  }

  decide(recipient: Recipient): SmsSendResponseItem {
    const { to, repeatabilityRequestId: id } = recipient;
    if (!isPhoneNumber(to)) return failed(to, 400, 'Invalid To phone number format.');
    if (id === undefined) return this.#send({ to, messageId: this.#createMessageId() });
    if (!UUID.test(id)) return rejected(to, 400, 'Invalid repeatability-request-id. A UUID is expected.');
    const firstSent = this.#parseFirstSent(recipient.repeatabilityFirstSent);
    if (firstSent === undefined) {
      return rejected(to, 400, 'Invalid repeatability-first-sent. An RFC1123 date is expected.');
    }
    const known = this.#context.sms.findRepeated(id);
    const earlier = known && isIdStored(known, this.#now.getTime()) ? known : undefined;
    // Clients write first-sent by their own clock. If the emulator's was moved, an id can expire before its first-sent does.
    const isExpired = known !== earlier && known?.item.repeatabilityFirstSent === firstSent;
    const age = Math.abs(this.#context.clock.base().getTime() - firstSent);
    if (isExpired || age > REPEATABILITY_WINDOW_MILLISECONDS) {
      return rejected(to, 412, 'RepeatabilityFirstSentOutsideWindow');
    }
    return this.#sendOnce(to, id, firstSent, earlier);
  }

  #sendOnce(to: string, id: string, firstSent: number, earlier: SentMessage | undefined): SmsSendResponseItem {
    const own = this.#own.get(id.toLowerCase());
    const item = own ?? earlier?.item;
    if (!item) {
      return this.#send({
        to,
        messageId: this.#createMessageId(),
        repeatabilityRequestId: id,
        repeatabilityFirstSent: firstSent,
      });
    }
    const { from, message } = own ? this.#request : (earlier?.request ?? this.#request);
    if (item.to !== to || from !== this.#request.from || message !== this.#request.message) {
      return rejected(to, 400, 'The repeatability-request-id was already used for a different request.');
    }
    this.repeats.push(item.messageId);
    return accepted(item);
  }

  #parseFirstSent(text: string | undefined): number | undefined {
    if (this.#firstSent?.text !== text) this.#firstSent = { text, time: parseRfc1123(text) };
    return this.#firstSent?.time;
  }

  #send(wanted: SentItem): SmsSendResponseItem {
    const optedOut = this.#context.sms.isOptedOut(this.#request.from, wanted.to);
    const item: SentItem = optedOut ? { ...wanted, optedOut } : wanted;
    this.items.push(item);
    if (item.repeatabilityRequestId !== undefined) this.#own.set(item.repeatabilityRequestId.toLowerCase(), item);
    return accepted(item);
  }
}

function accepted(item: SentItem): SmsSendResponseItem {
  return {
    to: item.to,
    messageId: item.messageId,
    httpStatusCode: 202,
    ...(item.repeatabilityRequestId !== undefined && { repeatabilityResult: 'accepted' }),
    successful: true,
  };
}

function failed(to: string, httpStatusCode: number, errorMessage: string): SmsSendResponseItem {
  return { to, httpStatusCode, errorMessage, successful: false };
}

function rejected(to: string, httpStatusCode: number, errorMessage: string): SmsSendResponseItem {
  return { to, httpStatusCode, errorMessage, repeatabilityResult: 'rejected', successful: false };
}

/** Creates an id in the form observed on the live service: `Outgoing_<yyyyMMddHHmmss><guid>_noam`. */
export function createMessageId(now: Date, direction: 'Outgoing' | 'Incoming'): string {
  return messageIds(now, direction)();
}

/** Returns a function that creates ids of messages of the same time. */
function messageIds(now: Date, direction: 'Outgoing' | 'Incoming'): () => string {
  const create = plainMessageIds(now);
  return () => `${direction}_${create()}_noam`;
}

/** @see Azure/azure-rest-api-specs, Sms/stable/2026-01-23/examples/SmsSend.json */
function plainMessageIds(now: Date): () => string {
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
  return () => `${stamp}${randomUUID()}`;
}

/** Epoch milliseconds; undefined unless the text is exactly the RFC 1123 form of a time. */
function parseRfc1123(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) || new Date(time).toUTCString() !== text ? undefined : time;
}
