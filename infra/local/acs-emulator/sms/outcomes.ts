import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { isPhoneNumber } from './senders.ts';
import type { Recipient, SendRequest } from './sendRequest.ts';
import { REPEATABILITY_WINDOW_MILLISECONDS, type SentItem } from './smsStore.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** One element of the answer to a send. */
export interface SmsSendResponseItem {
  readonly to: string;
  readonly messageId?: string;
  readonly httpStatusCode: number;
  readonly errorMessage?: string;
  readonly repeatabilityResult?: 'accepted' | 'rejected';
  readonly successful: boolean;
}

export interface Outcomes {
  readonly answers: readonly SmsSendResponseItem[];
  /** What has to be sent now. */
  readonly items: readonly SentItem[];
  readonly repeats: number;
}

/** Decides about each recipient, in order; changes nothing. */
export function decideOutcomes(request: SendRequest, emulator: Context): Outcomes {
  const decision = new Decision(request, emulator);
  const answers = request.recipients.map((recipient) => decision.decide(recipient));
  return { answers, items: decision.items, repeats: decision.repeats };
}

class Decision {
  readonly items: SentItem[] = [];
  repeats = 0;
  readonly #request: SendRequest;
  readonly #emulator: Context;
  readonly #now: Date;
  /** The ids of this very request, which may repeat one another. */
  readonly #own = new Map<string, SentItem>();

  constructor(request: SendRequest, emulator: Context) {
    this.#request = request;
    this.#emulator = emulator;
    this.#now = emulator.now();
  }

  decide(recipient: Recipient): SmsSendResponseItem {
    const { to, repeatabilityRequestId: id } = recipient;
    if (!isPhoneNumber(to)) return failed(to, 400, 'Invalid To phone number format.');
    if (id === undefined) return this.#send({ to, messageId: messageIdAt(this.#now, 'Outgoing') });
    if (!UUID.test(id)) return rejected(to, 400, 'Invalid repeatability-request-id. A UUID is expected.');
    const firstSent = parseRfc1123(recipient.repeatabilityFirstSent);
    if (firstSent === undefined) {
      return rejected(to, 400, 'Invalid repeatability-first-sent. An RFC1123 date is expected.');
    }
    if (Math.abs(this.#now.getTime() - firstSent) > REPEATABILITY_WINDOW_MILLISECONDS) {
      return rejected(to, 412, 'RepeatabilityFirstSentOutsideWindow');
    }
    return this.#sendOnce(to, id, firstSent);
  }

  #sendOnce(to: string, id: string, firstSent: number): SmsSendResponseItem {
    const own = this.#own.get(id.toLowerCase());
    const earlier = this.#emulator.sms.findRepeated(id, this.#now.getTime());
    const item = own ?? earlier?.item;
    if (!item) {
      return this.#send({
        to,
        messageId: messageIdAt(this.#now, 'Outgoing'),
        repeatabilityRequestId: id,
        repeatabilityFirstSent: firstSent,
      });
    }
    const { from, message } = own ? this.#request : (earlier?.request ?? this.#request);
    if (item.to !== to || from !== this.#request.from || message !== this.#request.message) {
      return rejected(to, 400, 'The repeatability-request-id was already used for a different request.');
    }
    this.repeats += 1;
    return accepted(item);
  }

  #send(wanted: SentItem): SmsSendResponseItem {
    const optedOut = this.#emulator.sms.isOptedOut(this.#request.from, wanted.to);
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

/** As seen on the live service: `Outgoing_<yyyyMMddHHmmss><guid>_noam`. */
export function messageIdAt(now: Date, direction: 'Outgoing' | 'Incoming'): string {
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
  return `${direction}_${stamp}${randomUUID()}_noam`;
}

/** Epoch milliseconds; undefined for any text that is not the one RFC 1123 spelling of a time. */
function parseRfc1123(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) || new Date(time).toUTCString() !== text ? undefined : time;
}
