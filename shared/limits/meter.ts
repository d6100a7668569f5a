import { randomUUID } from 'node:crypto';
import type { SwitchboardError } from '../contract/switchboardError.ts';
import { logFailure } from '../telemetry/failureLog.ts';
import { recipientsAccepted } from '../telemetry/measures.ts';
import type { Limited } from './counterStore.ts';
import { type Amounts, limitsCounting, type Standing } from './counters.ts';
import type { ClientLimits } from './limits.ts';
import { limitRefusal } from './limits.ts';
import { type Added, dayOf, type RecipientHash, secondsToNextDay } from './recipientCounts.ts';

export type Channel = 'sms' | 'email';

/** A message that is about to be sent. */
export interface Sending {
  readonly channel: Channel;
  /** One E.164 number or lower-case address per recipient. */
  readonly recipients: readonly string[];
  /** The message is sent to all recipients or to none. */
  readonly isTogether?: boolean;
}

/** A message to hashed recipients. */
export interface HashedSending {
  readonly channel: Channel;
  readonly total: number;
  /** Empty if the client has no `perRecipientPerDay` limit. */
  readonly hashes: readonly RecipientHash[];
}

/** One of possibly several attempts of a request. */
export interface ChargedAttempt {
  /** The same for every attempt, a few characters. A recipient that an earlier attempt has counted is not counted again. */
  readonly mark?: string | undefined;
  /** An earlier attempt has counted against the limits in a sliding window. */
  readonly isTaken?: boolean;
}

/** What was charged for a message. */
export interface Charge {
  /** Indexes of the recipients that have reached `perRecipientPerDay` and must be skipped. */
  readonly refused: ReadonlySet<number>;
  /** Refunds recipients, by index, to whom nothing was sent. */
  refund(indexes: Iterable<number>): Promise<void>;
}

const UNITS = { sms: 'sms', email: 'emails' } as const;

/** Charges one request against the limits of its client. Without limits, no storage call is made. */
export class Meter {
  readonly #limits: ClientLimits;
  readonly #client: Limited;
  readonly #standings = new Map<string, Standing>();
  readonly #charges: RefundableCharge[] = [];
  /** The request itself, until it is counted together with the first charge. */
  #pending: Amounts = { requests: 1 };

  constructor(limits: ClientLimits, client: Limited) {
    this.#limits = limits;
    this.#client = client;
  }

  /**
   * Counts the request itself, unless `charge` has counted it already.
   *
   * @throws SwitchboardError `ClientLimitExceeded`
   */
  async request(): Promise<void> {
    await this.#take({});
  }

  /**
   * Charges the recipients of a message, and the request itself, before the message is sent.
   *
   * @throws SwitchboardError `ClientLimitExceeded`, and nothing is charged; with `isTogether` also when one recipient has
   * reached its own limit, and the others stay charged until `refundAll`
   */
  async charge({ channel, recipients, isTogether = false }: Sending, attempt?: ChargedAttempt): Promise<Charge> {
    const { name, limits } = this.#client;
    const isCounted = limits.perRecipientPerDay !== undefined;
    const hash = isCounted ? await this.#limits.recipients.hasher(name) : undefined;
    const hashes = hash ? recipients.map((it) => hash(it)) : [];
    const charge = await this.chargeHashed({ channel, total: recipients.length, hashes }, attempt);
    if (!isTogether || charge.refused.size === 0) return charge;
    throw this.#recipientRefusal();
  }

  /** As `charge`, for hashed recipients. */
  async chargeHashed({ channel, total, hashes }: HashedSending, attempt: ChargedAttempt = {}): Promise<Charge> {
    const { mark = randomUUID().slice(0, 8), isTaken = false } = attempt;
    const { limits, name } = this.#client;
    const { recipients, now } = this.#limits;
    const day = dayOf(name, now());
    const { perRecipientPerDay: limit } = limits;
    const added = limit === undefined ? undefined : await recipients.add(day, hashes, { limit, mark });
    const { refused, earlier } = added ?? NONE_ADDED;
    const uncount = async (list: readonly RecipientHash[]) => {
      if (list.length > 0) await recipients.subtract(day, list, mark);
    };
    const count = total - refused.size;
    // What an earlier attempt has counted stays counted: it may have sent to these recipients.
    const own = earlier.size === 0 ? hashes : hashes.map((it, index) => (earlier.has(index) ? undefined : it));
    const giveBack = await this.#take(isTaken ? {} : { [UNITS[channel]]: count }).catch(async (error: unknown) => {
      await safely(() => uncount(own.flatMap((it, index) => (it === undefined || refused.has(index) ? [] : it))));
      throw error;
    });
    if (!isTaken) recipientsAccepted(name, channel, count);
    const charge = new RefundableCharge(total, own, refused, async (number, list) => {
      await giveBack(number);
      await uncount(list);
    });
    this.#charges.push(charge);
    return charge;
  }

  /** Whether any message was charged. */
  get isCharged(): boolean {
    return this.#charges.length > 0;
  }

  /** Refunds everything: nothing was sent. */
  async refundAll(): Promise<void> {
    for (const charge of this.#charges.splice(0)) await charge.refundAll();
  }

  /**
   * Rate limit headers for the tightest limit that applied to the request.
   *
   * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06
   */
  headers(): Readonly<Record<string, string>> {
    const [tightest] = [...this.#standings.values()].toSorted((one, other) => remaining(one) - remaining(other));
    if (!tightest) return {};
    return {
      'ratelimit-limit': String(tightest.maximum),
      'ratelimit-remaining': String(remaining(tightest)),
      'ratelimit-reset': String(tightest.resetSeconds),
    };
  }

  /** The error for a recipient that has reached `perRecipientPerDay`. */
  #recipientRefusal(): SwitchboardError {
    const { name: client, limits } = this.#client;
    const maximum = limits.perRecipientPerDay ?? 0;
    const retryAfterSeconds = secondsToNextDay(this.#limits.now());
    return limitRefusal({ client, limit: 'perRecipientPerDay', maximum, retryAfterSeconds });
  }

  /** @returns a function that gives back some of the amount */
  async #take(sent: Amounts): Promise<(count: number) => Promise<void>> {
    const amounts = { ...this.#pending, ...sent };
    this.#pending = {};
    const { limits, name: client } = this.#client;
    if (limitsCounting(limits, amounts).length === 0) return async () => undefined;
    const outcome = await this.#limits.counters.take(this.#client, amounts);
    if ('excess' in outcome) {
      const { standing, retryAfterSeconds } = outcome.excess;
      this.#standings.clear();
      // `Retry-After` and `ratelimit-reset` should agree: §5.2 of the draft.
      this.#standings.set(standing.limit, { ...standing, resetSeconds: retryAfterSeconds ?? standing.resetSeconds });
      throw limitRefusal({ client, limit: standing.limit, maximum: standing.maximum, retryAfterSeconds });
    }
    for (const standing of outcome.standings) this.#standings.set(standing.limit, standing);
    const [unit] = Object.keys(sent);
    return async (count) => {
      const back = unit === undefined ? {} : { [unit]: count };
      if (limitsCounting(limits, back).length === 0) return;
      await this.#limits.counters.giveBack(this.#client, back, outcome.on);
    };
  }
}

type TakeBack = (count: number, hashes: readonly RecipientHash[]) => Promise<void>;

/** The charge of one message, of which each recipient is refunded at most once. */
class RefundableCharge implements Charge {
  readonly refused: ReadonlySet<number>;
  readonly #total: number;
  /** Undefined: not counted by this request. */
  readonly #hashes: readonly (RecipientHash | undefined)[];
  readonly #takeBack: TakeBack;
  /** Indexes that are not, or no longer, charged. The charged ones can be a million. */
  readonly #uncharged: Set<number>;

  constructor(
    total: number,
    hashes: readonly (RecipientHash | undefined)[],
    refused: ReadonlySet<number>,
    takeBack: TakeBack,
  ) {
    this.refused = refused;
    this.#total = total;
    this.#hashes = hashes;
    this.#takeBack = takeBack;
    this.#uncharged = new Set(refused);
  }

  async refund(indexes: Iterable<number>): Promise<void> {
    const list = [...new Set(indexes)].filter((index) => !this.#uncharged.has(index));
    for (const index of list) this.#uncharged.add(index);
    await this.#refund(
      list.length,
      list.flatMap((index) => this.#hashes[index] ?? []),
    );
  }

  async refundAll(): Promise<void> {
    const hashes = this.#hashes.flatMap((it, index) => (it === undefined || this.#uncharged.has(index) ? [] : it));
    await this.#refund(this.#total - this.#uncharged.size, hashes);
  }

  async #refund(count: number, hashes: readonly RecipientHash[]): Promise<void> {
    if (count > 0) await safely(() => this.#takeBack(count, hashes));
  }
}

const NONE: ReadonlySet<number> = new Set();

const NONE_ADDED: Added = { refused: NONE, earlier: NONE };

function remaining({ maximum, used }: Standing): number {
  return Math.max(0, maximum - used);
}

/** A refund that fails is logged and stays charged: it must not hide the original error. */
async function safely(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    logFailure('A refund to a limit failed', error);
  }
}
