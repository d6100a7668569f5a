import type { SwitchboardError } from '../contract/switchboardError.ts';
import { logFailure } from '../telemetry/failureLog.ts';
import { recipientsAccepted } from '../telemetry/measures.ts';
import type { Limited } from './counterStore.ts';
import { type Amounts, limitsCounting, type Standing } from './counters.ts';
import type { ClientLimits } from './limits.ts';
import { dayOf, type RecipientHash, secondsToNextDay } from './recipientCounts.ts';
import { limitRefusal } from './refusal.ts';

export type Channel = 'sms' | 'email';

/** Messages that are about to be sent. */
export interface Sending {
  readonly channel: Channel;
  /** Numbers in E.164 or addresses in lower case, one for each recipient. */
  readonly recipients: readonly string[];
  /** The message goes to all of them or to none. */
  readonly isTogether?: boolean;
}

/** What was counted for a sending. */
export interface Charge {
  /** Indexes of the recipients that have reached their own limit, and must not be sent to. */
  readonly refused: ReadonlySet<number>;
  /** Takes back what was counted for some recipients, by their indexes: nothing was sent to them. */
  refund(indexes: Iterable<number>): Promise<void>;
}

const UNITS = { sms: 'sms', email: 'emails' } as const;

/** Counts what one request of a client does, against the client's limits. No limit, no call to storage. */
export class Meter {
  readonly #limits: ClientLimits;
  readonly #client: Limited;
  readonly #standings = new Map<string, Standing>();
  readonly #refunds: (() => Promise<void>)[] = [];
  /** The request itself, until it is counted with the first thing that is. */
  #pending: Amounts = { requests: 1 };

  constructor(limits: ClientLimits, client: Limited) {
    this.#limits = limits;
    this.#client = client;
  }

  /**
   * Counts the request itself, unless it has been counted together with what it sends.
   *
   * @throws SwitchboardError `ClientLimitExceeded`
   */
  async request(): Promise<void> {
    await this.#take({});
  }

  /**
   * Counts the recipients of messages before they are sent; the request with them.
   *
   * @throws SwitchboardError `ClientLimitExceeded`; then nothing is counted. Also for one recipient of a message that
   * goes to all of them or to none; then the others stay counted until `refundAll`.
   */
  async charge({ channel, recipients, isTogether = false }: Sending): Promise<Charge> {
    const { name, limits } = this.#client;
    const isCounted = limits.perRecipientPerDay !== undefined;
    const hash = isCounted ? await this.#limits.recipients.hasher(name) : undefined;
    const charge = await this.chargeHashed(channel, recipients.length, hash ? recipients.map((it) => hash(it)) : []);
    if (!isTogether || charge.refused.size === 0) return charge;
    throw this.#recipientRefusal();
  }

  /** @param hashes of the recipients; empty where the client has no limit for each of them */
  async chargeHashed(channel: Channel, total: number, hashes: readonly RecipientHash[]): Promise<Charge> {
    const { limits, name } = this.#client;
    const day = dayOf(name, this.#limits.now());
    const { perRecipientPerDay: limit } = limits;
    const refused = limit === undefined ? NONE : await this.#limits.recipients.add(day, hashes, limit);
    const uncount = async (list: readonly RecipientHash[]) => {
      if (list.length > 0) await this.#limits.recipients.subtract(day, list);
    };
    const count = total - refused.size;
    const giveBack = await this.#take({ [UNITS[channel]]: count }).catch(async (error: unknown) => {
      await safely(() => uncount(hashes.filter((_, index) => !refused.has(index))));
      throw error;
    });
    recipientsAccepted(name, channel, count);
    /** Indexes that are not counted (any more): a batch has a million that are. */
    const uncounted = new Set(refused);
    const takeBack = (number: number, list: readonly RecipientHash[]) =>
      safely(async () => {
        await giveBack(number);
        await uncount(list);
      });
    const refund = async (indexes: Iterable<number>) => {
      const list = [...indexes].filter((index) => !uncounted.has(index) && uncounted.add(index));
      if (list.length > 0)
        await takeBack(
          list.length,
          list.flatMap((index) => hashes[index] ?? []),
        );
    };
    this.#refunds.push(async () => {
      const left = total - uncounted.size;
      if (left > 0)
        await takeBack(
          left,
          hashes.filter((_, index) => !uncounted.has(index)),
        );
    });
    return { refused, refund };
  }

  /** Whether something is counted as sent. */
  get isCharged(): boolean {
    return this.#refunds.length > 0;
  }

  /** Takes back everything that was counted as sent: nothing was. */
  async refundAll(): Promise<void> {
    for (const refund of this.#refunds.splice(0)) await refund();
  }

  /**
   * Where the client stands with the tightest limit that the request was counted under.
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

  /** The error for a recipient that has reached its own limit. */
  #recipientRefusal(): SwitchboardError {
    const { name: client, limits } = this.#client;
    const maximum = limits.perRecipientPerDay ?? 0;
    const retryAfterSeconds = secondsToNextDay(this.#limits.now());
    return limitRefusal({ client, limit: 'perRecipientPerDay', maximum, retryAfterSeconds });
  }

  /** @returns how to give back some of what was sent */
  async #take(sent: Amounts): Promise<(count: number) => Promise<void>> {
    const amounts = { ...this.#pending, ...sent };
    this.#pending = {};
    const { limits, name: client } = this.#client;
    if (limitsCounting(limits, amounts).length === 0) return async () => undefined;
    const outcome = await this.#limits.counters.take(this.#client, amounts);
    if ('excess' in outcome) {
      const { standing, retryAfterSeconds } = outcome.excess;
      this.#standings.clear();
      // Both headers should name the same time: §5.2 of the draft.
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

const NONE: ReadonlySet<number> = new Set();

/** Of messages that were counted before, or that are not counted at all. */
export const NO_CHARGE: Charge = { refused: NONE, refund: async () => undefined };

function remaining({ maximum, used }: Standing): number {
  return Math.max(0, maximum - used);
}

/** What cannot be taken back stays counted: that errs on the side of the limit, and must not hide what went wrong. */
async function safely(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    logFailure('What was counted against a limit cannot be taken back', error);
  }
}
