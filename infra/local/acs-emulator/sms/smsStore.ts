import type { SendOptions } from './sendOptions.ts';

/** How long a repeatability id is stored, and the maximum distance of first-sent from now. @see "Repeatable requests" */
export const REPEATABILITY_WINDOW_MILLISECONDS = 5 * 60 * 1000;

export interface SentItem {
  readonly to: string;
  readonly messageId: string;
  readonly repeatabilityRequestId?: string;
  /** Epoch milliseconds. */
  readonly repeatabilityFirstSent?: number;
  /** The recipient has opted out of this sender: accepted, but not delivered. */
  readonly optedOut?: true;
}

/** The fields that all messages of one request share. */
export interface SentRequest {
  readonly at: number;
  readonly from: string;
  readonly message: string;
  readonly options?: SendOptions;
  /** How far the emulator's clock was ahead of the client's, in milliseconds; absent: not at all. */
  readonly clockOffset?: number;
}

export interface SmsRequested extends SentRequest {
  readonly store: 'sms';
  readonly type: 'requested';
  readonly items: readonly SentItem[];
  /** The messages that were requested again under their repeatability ids. Old journals have only their number. */
  readonly repeats: readonly string[] | number;
  /** When the delivery reports are published as events; absent: never. */
  readonly eventsAt?: number;
}

/** An inbound SMS to a number of the resource. */
export interface SmsReceived {
  readonly store: 'events';
  readonly type: 'smsReceived';
  readonly messageId: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly message: string;
  readonly eventsAt?: number;
}

interface OptOutsChanged {
  readonly store: 'sms';
  readonly type: 'optOuts';
  readonly from: string;
  readonly recipients: readonly string[];
  readonly optedOut: boolean;
}

/** @see Azure/azure-rest-api-specs, Sms/stable/2026-01-23, and "Azure Communication Services - SMS events" */
export const SMS_DELIVERY_STATUSES = ['Delivered', 'Failed'] as const;

export type SmsDeliveryStatus = (typeof SMS_DELIVERY_STATUSES)[number];

export interface SmsDelivery {
  readonly status: SmsDeliveryStatus;
  readonly details: string;
}

/** A delivery state was set by hand. It has what its event says of the message. */
export interface SmsDeliverySet {
  readonly store: 'sms';
  readonly type: 'deliverySet';
  readonly at: number;
  readonly request: SentRequest;
  readonly item: SentItem;
  readonly delivery: SmsDelivery;
  /** Unique: a state can be set several times. */
  readonly changeId: string;
  readonly eventsAt?: number;
}

interface SmsRemoved {
  readonly store: 'sms';
  readonly type: 'removed';
  readonly ids: readonly string[];
}

export type SmsEvent = SmsRequested | SmsDeliverySet | OptOutsChanged | SmsRemoved;

export interface SentMessage {
  readonly direction: 'sent';
  readonly request: SentRequest;
  readonly item: SentItem;
  /** How often it was requested again under its repeatability id. */
  repeats: number;
  /** The delivery state that was set by hand. */
  delivery?: SmsDelivery;
}

export interface ReceivedMessage extends Pick<SmsReceived, 'messageId' | 'at' | 'from' | 'to' | 'message'> {
  readonly direction: 'received';
}

export type SmsMessage = SentMessage | ReceivedMessage;

/** A sent message of an earlier state. */
export interface RestoredSms extends Pick<SentMessage, 'item' | 'repeats' | 'delivery'> {
  /** False: only its repeatability id is stored. */
  readonly isKept: boolean;
  /** Whether it is the one that its repeatability id stands for. */
  readonly isRepeatable: boolean;
}

/** What {@link SmsStore.stats} counts. */
export interface SmsTotals {
  readonly requests: number;
  readonly delivered: number;
  readonly repeats: number;
  readonly recipients: readonly string[];
}

interface SmsFilter {
  readonly to?: string | undefined;
  /** Maximum number of messages; the newest are returned. */
  readonly top?: number | undefined;
}

/** Those who get a message after so many others are not counted any more: they take about 70 MB. */
const MAXIMUM_DISTINCT_RECIPIENTS = 1_000_000;

/** The messages, opt-outs, and the repeatability ids that are still valid. */
export class SmsStore {
  /** By message id, in order of arrival. */
  readonly #messages = new Map<string, SmsMessage>();
  readonly #byRepeatabilityId = new Map<string, SentMessage>();
  /** At most {@link MAXIMUM_DISTINCT_RECIPIENTS}. */
  readonly #recipients = new Set<string>();
  readonly #optOuts = new Set<string>();
  #requests = 0;
  #delivered = 0;
  #repeats = 0;

  /** Returns the last message sent under a repeatability id, which may have expired. */
  findRepeated(repeatabilityRequestId: string): SentMessage | undefined {
    return this.#byRepeatabilityId.get(repeatabilityRequestId.toLowerCase());
  }

  get(messageId: string): SmsMessage | undefined {
    return this.#messages.get(messageId);
  }

  findSent(messageId: string): SentMessage | undefined {
    const message = this.#messages.get(messageId);
    return message?.direction === 'sent' ? message : undefined;
  }

  /**
   * Returns the messages between a sender of the resource and a phone, oldest first. Looks through all of them: few
   * conversations are looked at, and an index would cost time with every message.
   */
  conversation(sender: string, phone: string): SmsMessage[] {
    return [...this.#messages.values()].filter((it) => isBetween(it, sender, phone));
  }

  /** Counts since the start or the last reset, also of messages that were removed. */
  stats(): object {
    return {
      requests: this.#requests,
      accepted: this.#delivered + this.#repeats,
      delivered: this.#delivered,
      repeatsSuppressed: this.#repeats,
      distinctRecipients: this.#recipients.size,
    };
  }

  /** Returns all messages, oldest first. */
  all(): SmsMessage[] {
    return [...this.#messages.values()];
  }

  /** Returns the senders and phones between which messages are opted out of. */
  optOuts(): { readonly from: string; readonly to: string }[] {
    return Array.from(this.#optOuts, (it) => ({
      from: it.slice(0, it.lastIndexOf(' ')),
      to: it.slice(it.lastIndexOf(' ') + 1),
    }));
  }

  /** Lists the messages that were sent. */
  list({ to, top }: SmsFilter): object[] {
    const matching = [...this.#messages.values()].filter(
      (it): it is SentMessage => it.direction === 'sent' && (to === undefined || it.item.to === to),
    );
    const newest = top === undefined ? matching : matching.slice(Math.max(0, matching.length - top));
    return newest.map(describe);
  }

  /** Returns the messages whose repeatability ids are stored, but that were removed, and then all others, oldest first. */
  *restorable(): Generator<SmsMessage> {
    for (const message of this.#byRepeatabilityId.values()) {
      if (this.get(message.item.messageId) !== message) yield message;
    }
    yield* this.#messages.values();
  }

  isRepeatable(message: SentMessage): boolean {
    const { repeatabilityRequestId: id } = message.item;
    return id !== undefined && this.findRepeated(id) === message;
  }

  totals(): SmsTotals {
    const [requests, delivered, repeats] = [this.#requests, this.#delivered, this.#repeats];
    return { requests, delivered, repeats, recipients: [...this.#recipients] };
  }

  restoreTotals({ requests, delivered, repeats, recipients }: SmsTotals): void {
    this.#requests = requests;
    this.#delivered = delivered;
    this.#repeats = repeats;
    for (const to of recipients) this.#recipients.add(to);
  }

  restoreSent(request: SentRequest, { isKept, isRepeatable, ...message }: RestoredSms): void {
    const sent: SentMessage = { direction: 'sent', request, ...message };
    const { messageId, repeatabilityRequestId: id } = sent.item;
    if (isKept) this.#messages.set(messageId, sent);
    if (isRepeatable && id !== undefined) this.#byRepeatabilityId.set(id.toLowerCase(), sent);
  }

  restoreReceived(message: ReceivedMessage): void {
    this.#messages.set(message.messageId, message);
  }

  clear(): void {
    this.#messages.clear();
    this.#byRepeatabilityId.clear();
    this.#recipients.clear();
    this.#optOuts.clear();
    this.#requests = 0;
    this.#delivered = 0;
    this.#repeats = 0;
  }

  isOptedOut(from: string, to: string): boolean {
    return this.#optOuts.has(pair(from, to));
  }

  apply(event: SmsEvent | SmsReceived): void {
    if (event.type === 'requested') this.#applyRequest(event);
    else if (event.type === 'smsReceived') this.#applyReceived(event);
    else if (event.type === 'deliverySet') this.#applyDelivery(event);
    else if (event.type === 'removed') for (const id of event.ids) this.#forget(id);
    else this.#applyOptOuts(event);
  }

  /** Removes a message. Its repeatability id stays known, so that a repeat is still recognised. */
  remove(messageId: string): void {
    this.#messages.delete(messageId);
  }

  /** Removes a message as if it had never been sent. */
  #forget(messageId: string): void {
    const id = this.findSent(messageId)?.item.repeatabilityRequestId?.toLowerCase();
    if (id !== undefined) this.#byRepeatabilityId.delete(id);
    this.remove(messageId);
  }

  #applyOptOuts({ from, recipients, optedOut }: OptOutsChanged): void {
    for (const to of recipients) {
      if (optedOut) this.#optOuts.add(pair(from, to));
      else this.#optOuts.delete(pair(from, to));
    }
  }

  #applyDelivery({ item, delivery }: SmsDeliverySet): void {
    const sent = this.findSent(item.messageId);
    if (sent) sent.delivery = delivery;
  }

  #applyReceived({ messageId, at, from, to, message }: SmsReceived): void {
    this.#messages.set(messageId, { direction: 'received', messageId, at, from, to, message });
  }

  #applyRequest({ at, from, message, options, clockOffset = 0, items, repeats }: SmsRequested): void {
    const request = { at, from, message, ...(options && { options }), ...(clockOffset !== 0 && { clockOffset }) };
    this.#requests += 1;
    this.#repeats += typeof repeats === 'number' ? repeats : repeats.length;
    this.#dropExpiredIds(at - clockOffset);
    for (const item of items) this.#addSent({ direction: 'sent', request, item, repeats: 0 });
    for (const messageId of repeatedIds(repeats)) {
      const repeated = this.findSent(messageId);
      if (repeated) repeated.repeats += 1;
    }
  }

  #addSent(sent: SentMessage): void {
    this.#messages.set(sent.item.messageId, sent);
    this.#delivered += 1;
    if (this.#recipients.size < MAXIMUM_DISTINCT_RECIPIENTS) this.#recipients.add(sent.item.to);
    const id = sent.item.repeatabilityRequestId?.toLowerCase();
    if (id === undefined) return;
    const { size } = this.#byRepeatabilityId;
    this.#byRepeatabilityId.set(id, sent);
    if (this.#byRepeatabilityId.size > size) return;
    this.#byRepeatabilityId.delete(id); // moves it to the end: the map stays in order of arrival
    this.#byRepeatabilityId.set(id, sent);
  }

  /**
   * Drops the ids whose first-sent the client can no longer send. Stops at the first one that it can, so the cost per id is
   * constant.
   *
   * @param now by the client's clock
   */
  #dropExpiredIds(now: number): void {
    for (const [id, { item }] of this.#byRepeatabilityId) {
      if (now - (item.repeatabilityFirstSent ?? 0) <= REPEATABILITY_WINDOW_MILLISECONDS) return;
      this.#byRepeatabilityId.delete(id);
    }
  }
}

/** The ids of the messages that an event repeats; none for an event of an old journal. */
export function repeatedIds(repeats: SmsRequested['repeats']): readonly string[] {
  return typeof repeats === 'number' ? [] : repeats;
}

function pair(sender: string, phone: string): string {
  return `${sender} ${phone}`;
}

function isBetween(message: SmsMessage, sender: string, phone: string): boolean {
  if (message.direction === 'sent') return message.item.to === phone && message.request.from === sender;
  return message.from === phone && message.to === sender;
}

/** Whether the repeatability id of a message is still stored. @param now by the emulator's clock */
export function isIdStored({ request: { clockOffset = 0 }, item }: SentMessage, now: number): boolean {
  return now - clockOffset - (item.repeatabilityFirstSent ?? 0) <= REPEATABILITY_WINDOW_MILLISECONDS;
}

function describe({ request, item }: SentMessage): object {
  const { repeatabilityFirstSent, ...rest } = item;
  return {
    ...rest,
    ...(repeatabilityFirstSent !== undefined && {
      repeatabilityFirstSent: new Date(repeatabilityFirstSent).toUTCString(),
    }),
    from: request.from,
    message: request.message,
    ...(request.options && { smsSendOptions: request.options }),
    receivedAt: new Date(request.at).toISOString(),
  };
}
