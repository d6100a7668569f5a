import { randomUUID } from 'node:crypto';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { LimitName } from '../settings/clientSettings.ts';
import type { Limited } from './counterStore.ts';
import { take } from './counters.ts';
import type { ClientLimits } from './limits.ts';
import { limitRefusal } from './limits.ts';
import type { ChargedAttempt, Meter } from './meter.ts';
import { dayOf, type RecipientHash } from './recipientCounts.ts';

/** Admits the recipients of a batch and charges them against the client's limits before the batch is stored. */
export interface BatchAdmission {
  /**
   * Admits one recipient. To be called once for each.
   *
   * @param number E.164
   * @returns the reason, in words, why the recipient is not allowed; undefined if it is
   * @throws SwitchboardError `ClientLimitExceeded` when the batch is larger than the client's limits ever allow
   */
  admit(number: string): string | undefined;
  /** Throws what `charge` would throw, but charges nothing. @throws SwitchboardError `ClientLimitExceeded` */
  check(): Promise<void>;
  /**
   * Charges the admitted recipients.
   *
   * @throws SwitchboardError `ClientLimitExceeded`
   */
  charge(): Promise<void>;
}

export interface AdmissionFacts {
  readonly limits: ClientLimits;
  readonly meter: Meter;
  readonly client: Limited;
  readonly mayReach: (number: string) => string | undefined;
  readonly attempt: ChargedAttempt;
}

const AT_LIMIT = 'has received the maximum number of messages per day that this client may send to one recipient';

export async function admitBatch({
  limits,
  meter,
  client,
  mayReach,
  attempt,
}: AdmissionFacts): Promise<BatchAdmission> {
  const { recipients, counters, now } = limits;
  const { perRecipientPerDay } = client.limits;
  const { mark = randomUUID().slice(0, 8), isTaken = false } = attempt;
  const isCounted = perRecipientPerDay !== undefined;
  const hash = isCounted ? await recipients.hasher(client.name) : undefined;
  const full = isCounted
    ? await recipients.atLimit(dayOf(client.name, now()), { limit: perRecipientPerDay, mark })
    : undefined;
  const [maximum, limit] = smallestOf(client);
  const hashes: RecipientHash[] = [];
  let total = 0;
  return {
    admit(number) {
      const problem = mayReach(number);
      if (problem !== undefined) return problem;
      const hashed = hash?.(number);
      if (hashed !== undefined && full?.has(hashed)) return AT_LIMIT;
      total += 1;
      if (total > maximum) throw limitRefusal({ client: client.name, limit, maximum, retryAfterSeconds: undefined });
      if (hashed !== undefined) hashes.push(hashed);
      return undefined;
    },
    async check() {
      const taken = take(await counters.read(client.name), client.limits, { sms: total }, now());
      if (!('excess' in taken)) return;
      const { standing, retryAfterSeconds } = taken.excess;
      throw limitRefusal({ client: client.name, ...standing, retryAfterSeconds });
    },
    async charge() {
      const { refused } = await meter.chargeHashed({ channel: 'sms', total, hashes }, { mark, isTaken });
      if (refused.size > 0) throw concurrentlyReached(); // the failure refunds what was charged
    },
  };
}

/** The tightest limit on the size of a batch. */
function smallestOf({ limits }: Limited): readonly [maximum: number, limit: LimitName] {
  const names = ['batchRecipients', 'smsPerMinute', 'smsPerDay'] as const;
  const maximums = names.map((name) => [limits[name] ?? Number.POSITIVE_INFINITY, name] as const);
  return maximums.toSorted(([one], [other]) => one - other)[0] ?? [Number.POSITIVE_INFINITY, 'batchRecipients'];
}

/** Concurrent requests sent messages to recipients of the batch while it was being read. */
function concurrentlyReached(): SwitchboardError {
  const message = 'Concurrent requests used up the daily limit of some recipients of this batch. Retry the request.';
  return new SwitchboardError('TooManyRequests', message, { target: 'perRecipientPerDay', retryAfterSeconds: 1 });
}
