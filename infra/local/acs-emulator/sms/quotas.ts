import { refusal, type ServiceError } from '../http/errors.ts';
import { Fields } from '../http/fields.ts';
import { senderKind } from './senders.ts';

const WINDOW_MILLISECONDS = 60_000;

const KINDS = ['tollFree', 'shortCode', 'alphanumeric'];

/** Recipients per minute, by kind of sender or by exact sender. */
export type Rates = Readonly<Record<string, number>>;

interface Admission {
  readonly at: number;
  readonly recipients: number;
}

/** A log of what was admitted lately, so that no 60 s, wherever they begin, hold more than the rate. */
class SlidingWindow {
  #admissions: Admission[] = [];
  #recipients = 0;

  /** Admits all recipients and returns 0, or admits none and returns the milliseconds after which there is room. */
  admit(recipients: number, perMinute: number, now: number): number {
    this.#forgetBefore(now - WINDOW_MILLISECONDS);
    const excess = this.#recipients + recipients - perMinute;
    if (excess > 0) return this.#waitFor(excess, now);
    if (recipients > 0) this.#admissions.push({ at: now, recipients });
    this.#recipients += recipients;
    return 0;
  }

  #forgetBefore(limit: number): void {
    const kept = this.#admissions.findIndex(({ at }) => at >= limit);
    const gone = this.#admissions.splice(0, kept < 0 ? this.#admissions.length : kept);
    for (const { recipients } of gone) this.#recipients -= recipients;
  }

  #waitFor(excess: number, now: number): number {
    let freed = 0;
    for (const { at, recipients } of this.#admissions) {
      freed += recipients;
      if (freed >= excess) return at + WINDOW_MILLISECONDS + 1 - now;
    }
    return WINDOW_MILLISECONDS; // more than a whole minute's rate: it never fits
  }
}

/**
 * The send rates of the senders; none until some are set. The unit is one message to one recipient.
 *
 * @see "Service limits for Azure Communication Services": per number, and for alphanumeric senders per resource
 */
export class SmsQuotas {
  #rates: Rates = {};
  #windows = new Map<string, SlidingWindow>();

  get rates(): Rates {
    return this.#rates;
  }

  replace(rates: Rates): void {
    this.#rates = rates;
    this.#windows = new Map();
  }

  /** Counts the recipients; returns 0, or, when they are over the rate, the seconds to wait. */
  admit(from: string, recipients: number, now: Date): number {
    const kind = senderKind(from) ?? '';
    const exact = this.#rates[from];
    const perMinute = exact ?? this.#rates[kind];
    if (perMinute === undefined) return 0;
    const shared = exact === undefined && kind === 'alphanumeric';
    const window = this.#windowOf(shared ? 'alphanumeric senders' : from);
    return Math.ceil(window.admit(recipients, perMinute, now.getTime()) / 1000);
  }

  #windowOf(name: string): SlidingWindow {
    const window = this.#windows.get(name) ?? new SlidingWindow();
    this.#windows.set(name, window);
    return window;
  }
}

/** Reads `{ sms: { <kind or sender>: recipientsPerMinute } }`. @throws ServiceError 400 that says what is wrong */
export function readRates(value: unknown): Rates {
  const body = new Fields(value, '', invalidQuota);
  const stray = body.names().find((name) => name !== 'sms');
  if (stray !== undefined) throw body.refuse(stray, 'only sms has quotas');
  const sms = body.object('sms');
  return Object.fromEntries(sms.names().map((name) => [name, readRate(sms, name)]));
}

function readRate(sms: Fields, name: string): number {
  if (!KINDS.includes(name) && senderKind(name) === undefined) {
    throw sms.refuse(name, `a quota is for ${KINDS.join(', ')} or a sender`);
  }
  const rate = sms.optionalInteger(name);
  if (rate === undefined || rate < 0) throw sms.refuse(name, 'recipients per minute must be a whole number from 0');
  return rate;
}

function invalidQuota(field: string, message: string): ServiceError {
  return refusal(400, 'InvalidQuota', field === '' ? message : `${field}: ${message}`);
}
