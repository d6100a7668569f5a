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
}

export interface SmsRequested extends SentRequest {
  readonly store: 'sms';
  readonly type: 'requested';
  readonly items: readonly SentItem[];
  /** Number of recipients whose repeatability id was already used. */
  readonly repeats: number;
  /** When the delivery reports are published as events; absent: never. */
  readonly eventsAt?: number;
}

interface OptOutsChanged {
  readonly store: 'sms';
  readonly type: 'optOuts';
  readonly from: string;
  readonly recipients: readonly string[];
  readonly optedOut: boolean;
}

export type SmsEvent = SmsRequested | OptOutsChanged;

interface SentMessage {
  readonly request: SentRequest;
  readonly item: SentItem;
}

interface SmsFilter {
  readonly to?: string | undefined;
  /** Maximum number of messages; the newest are returned. */
  readonly top?: number | undefined;
}

/** The sent messages, opt-outs, and the repeatability ids that are still valid. */
export class SmsStore {
  #messages: SentMessage[] = [];
  #byRepeatabilityId = new Map<string, SentMessage>();
  #recipients = new Set<string>();
  #optOuts = new Set<string>();
  #requests = 0;
  #repeats = 0;

  /** Returns the message already sent under a repeatability id, as long as the id is stored. */
  findRepeated(repeatabilityRequestId: string, now: number): SentMessage | undefined {
    const sent = this.#byRepeatabilityId.get(repeatabilityRequestId.toLowerCase());
    return sent && isStored(sent.item, now) ? sent : undefined;
  }

  find(messageId: string): SentMessage | undefined {
    return this.#messages.find(({ item }) => item.messageId === messageId);
  }

  stats(): object {
    const delivered = this.#messages.length;
    return {
      requests: this.#requests,
      accepted: delivered + this.#repeats,
      delivered,
      repeatsSuppressed: this.#repeats,
      distinctRecipients: this.#recipients.size,
    };
  }

  list({ to, top }: SmsFilter): object[] {
    const matching = to === undefined ? this.#messages : this.#messages.filter(({ item }) => item.to === to);
    const newest = top === undefined ? matching : matching.slice(Math.max(0, matching.length - top));
    return newest.map(describe);
  }

  clear(): void {
    this.#messages = [];
    this.#byRepeatabilityId = new Map();
    this.#recipients = new Set();
    this.#optOuts = new Set();
    this.#requests = 0;
    this.#repeats = 0;
  }

  isOptedOut(from: string, to: string): boolean {
    return this.#optOuts.has(`${from} ${to}`);
  }

  apply(event: SmsEvent): void {
    if (event.type === 'requested') this.#applyRequest(event);
    else this.#applyOptOuts(event);
  }

  #applyOptOuts({ from, recipients, optedOut }: OptOutsChanged): void {
    for (const to of recipients) {
      if (optedOut) this.#optOuts.add(`${from} ${to}`);
      else this.#optOuts.delete(`${from} ${to}`);
    }
  }

  #applyRequest({ at, from, message, options, items, repeats }: SmsRequested): void {
    const request = { at, from, message, ...(options && { options }) };
    this.#requests += 1;
    this.#repeats += repeats;
    this.#dropExpiredIds(at);
    for (const item of items) this.#add({ request, item });
  }

  #add(sent: SentMessage): void {
    this.#messages.push(sent);
    this.#recipients.add(sent.item.to);
    const id = sent.item.repeatabilityRequestId?.toLowerCase();
    if (id === undefined) return;
    this.#byRepeatabilityId.delete(id); // moves it to the end: the map stays in order of arrival
    this.#byRepeatabilityId.set(id, sent);
  }

  /** Stops at the first id that is still valid, so the cost per id is constant. */
  #dropExpiredIds(now: number): void {
    for (const [id, { item }] of this.#byRepeatabilityId) {
      if (isStored(item, now)) return;
      this.#byRepeatabilityId.delete(id);
    }
  }
}

function isStored({ repeatabilityFirstSent }: SentItem, now: number): boolean {
  return repeatabilityFirstSent !== undefined && now - repeatabilityFirstSent <= REPEATABILITY_WINDOW_MILLISECONDS;
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
