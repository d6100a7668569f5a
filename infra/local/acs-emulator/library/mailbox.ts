import type { Fault } from '../http/fault.ts';
import type { Quotas } from '../quotas/quotas.ts';
import type { InspectionApi } from './inspectionApi.ts';
import type { ChatItem, EmailItem, SmsItem } from './itemTypes.ts';
import { type MessageFilter, MessageReader, type WaitOptions } from './waiting.ts';

type SmsFilter = Omit<MessageFilter, 'subject'>;

/**
 * What tests do with one mailbox of an emulator. All methods can be detached from the object. They reject with an
 * `AcsEmulatorError` if the emulator refuses something.
 */
export interface AcsMailbox extends AsyncDisposable {
  /** `default`, or the name of another mailbox. */
  readonly name: string;
  /** For the http address and the mailbox's own key, which selects the mailbox. */
  readonly connectionString: string;

  /**
   * Returns the newest SMS message that matches, as soon as there is one.
   *
   * @throws NotReceivedError that says what arrived instead
   */
  waitForSms(wanted?: SmsFilter & WaitOptions): Promise<SmsItem>;
  /** Like `waitForSms`. */
  waitForEmail(wanted?: MessageFilter & WaitOptions): Promise<EmailItem>;
  /** Like `waitForSms`. */
  waitForChatMessage(wanted?: MessageFilter & WaitOptions): Promise<ChatItem>;

  /** Returns the newest 100 SMS messages that match, newest first, sent and received. */
  sms(filter?: SmsFilter): Promise<readonly SmsItem[]>;
  /** Like `sms`. */
  emails(filter?: MessageFilter): Promise<readonly EmailItem[]>;
  /** Like `sms`. */
  chatMessages(filter?: MessageFilter): Promise<readonly ChatItem[]>;

  /** Sends an SMS message from a phone to one of your numbers. `STOP` and `START` change the opt-out. */
  receiveSms(message: { readonly from: string; readonly to: string; readonly message: string }): Promise<void>;
  /** Sets the delivery status of an SMS message, and emits a delivery report if the request asked for one. */
  setSmsDelivery(message: MessageRef, delivery: { readonly status: string; readonly details?: string }): Promise<void>;
  /** Sets the delivery status of one recipient of an email message, and emits a delivery report. */
  setEmailDelivery(
    message: MessageRef,
    delivery: { readonly recipient: string; readonly status: string },
  ): Promise<void>;
  /** @param optOut `from`: the sender; `to`: the phone that has opted out of its messages, or in again */
  setOptOut(optOut: { readonly from: string; readonly to: string; readonly isOptedOut: boolean }): Promise<void>;

  /** Replaces all faults. */
  setFaults(faults: readonly Fault[]): Promise<void>;
  /** Replaces the quotas of all services. */
  setQuotas(quotas: Quotas): Promise<void>;
  readonly clock: MailboxClock;

  /** Returns the messages, threads, identities, opt-outs, faults and quotas as a document that can be imported. */
  exportAll(): Promise<MailboxDocument>;
  /** Adds the content of a document. If anything in it is wrong, nothing is imported. */
  seed(content: MailboxDocument): Promise<void>;

  /** Deletes everything in the mailbox: messages, identities, threads, opt-outs, pending events, faults and quotas. */
  reset(): Promise<void>;
  /** Deletes everything that was sent to or from one phone number or address, with its opt-outs. */
  resetRecipient(recipient: string): Promise<void>;

  /** Deletes the mailbox; ends the emulator or the connection if it is the one that was opened with it. Can be called again. */
  close(): Promise<void>;
}

/** As `GET /_emulator/export` returns it; `/_emulator/openapi.json` describes its members. */
export interface MailboxDocument {
  readonly version: 1;
  readonly [member: string]: unknown;
}

/** A message, e.g. as `waitForSms` returns it. */
export interface MessageRef {
  readonly id: string;
}

/**
 * The clock of the emulator itself: of delivery, events, quotas and the expiry of tokens. Signatures are checked
 * by the machine's clock, with which clients sign.
 */
export interface MailboxClock {
  now(): Promise<Date>;
  /** Events that become due are delivered before it resolves. */
  advance(seconds: number): Promise<void>;
  set(now: Date): Promise<void>;
  /** Returns to the machine's clock. */
  reset(): Promise<void>;
}

export interface MailboxFacts {
  readonly name: string;
  readonly connectionString: string;
  /** Called once. */
  readonly close: () => Promise<void>;
}

export function createMailboxHelpers(api: InspectionApi, { name, connectionString, close }: MailboxFacts): AcsMailbox {
  const reader = new MessageReader(api, name);
  const query = { mailbox: name };
  const change = async (method: string, path: string, body?: unknown) => {
    await api.call(method, path, { query, body });
  };
  let closing: Promise<void> | undefined;
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  return {
    name,
    connectionString,
    waitForSms: function waitForSms(wanted = {}) {
      return traced(waitForSms, reader.wait('sms', wanted));
    },
    waitForEmail: function waitForEmail(wanted = {}) {
      return traced(waitForEmail, reader.wait('email', wanted));
    },
    waitForChatMessage: function waitForChatMessage(wanted = {}) {
      return traced(waitForChatMessage, reader.wait('chat', wanted));
    },
    sms: (filter = {}) => reader.list('sms', filter),
    emails: (filter = {}) => reader.list('email', filter),
    chatMessages: (filter = {}) => reader.list('chat', filter),
    receiveSms: (message) => change('POST', 'sms/incoming', message),
    setSmsDelivery: ({ id }, delivery) => change('PUT', `sms/${encodeURIComponent(id)}/delivery`, delivery),
    setEmailDelivery: ({ id }, delivery) => change('PUT', `emails/${encodeURIComponent(id)}/delivery`, delivery),
    setOptOut: (optOut) => change('PUT', 'sms/opt-outs', optOut),
    setFaults: (faults) => change('PUT', 'faults', faults),
    setQuotas: (quotas) => change('PUT', 'quotas', { sms: {}, ...quotas }),
    clock: {
      now: async () => new Date(((await api.call('GET', 'clock', { query })) as { now: string }).now),
      advance: (advanceSeconds) => change('POST', 'clock', { advanceSeconds }),
      set: (now) => change('POST', 'clock', { now: now.toISOString() }),
      reset: () => change('POST', 'clock', { reset: true }),
    },
    exportAll: async () => (await api.call('GET', 'export', { query })) as MailboxDocument,
    seed: (content) => change('POST', 'seed', content),
    reset: () => change('DELETE', ''),
    resetRecipient: (recipient) => change('DELETE', `recipients/${encodeURIComponent(recipient)}`),
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

/** Replaces the stack of an error, which would begin in the middle of a connection's work, by that of the caller. */
async function traced<Result>(method: (...args: never[]) => unknown, work: Promise<Result>): Promise<Result> {
  const here = { stack: '' };
  Error.captureStackTrace(here, method);
  const frames = here.stack.replace(/^[^\n]*/, '');
  return work.catch((error: unknown) => {
    if (error instanceof Error) error.stack = `${error.name}: ${error.message}${frames}`;
    throw error;
  });
}
