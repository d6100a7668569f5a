import { SwitchboardError } from '../contract/switchboardError.ts';
import type { LimitName } from '../settings/clientSettings.ts';
import type { Limited } from './counterStore.ts';
import { take } from './counters.ts';
import type { ClientLimits } from './limits.ts';
import type { Meter } from './meter.ts';
import { dayOf, type RecipientHash } from './recipientCounts.ts';
import { limitRefusal } from './refusal.ts';

/** Decides which recipients a batch may have, and counts them before anything of it is kept. */
export interface BatchAdmission {
  /**
   * Admits a recipient (a number in E.164), each once.
   *
   * @returns why the batch cannot have this recipient, for people; undefined when it can
   * @throws SwitchboardError `ClientLimitExceeded` when so many never will be admitted
   */
  admit(number: string): string | undefined;
  /** @throws SwitchboardError `ClientLimitExceeded` where `charge` would throw it; counts nothing */
  check(): Promise<void>;
  /**
   * Counts those that were admitted.
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
  /** Whether an earlier try has counted the batch. */
  readonly counted: 'no' | 'yes' | 'unknown';
}

const AT_LIMIT = 'was sent as many messages today as this client may send to one recipient';

export async function admitBatch({
  limits,
  meter,
  client,
  mayReach,
  counted,
}: AdmissionFacts): Promise<BatchAdmission> {
  const { recipients, counters, now } = limits;
  const { perRecipientPerDay } = client.limits;
  const isCounted = perRecipientPerDay !== undefined && counted === 'no';
  const hash = isCounted ? await recipients.hasher(client.name) : undefined;
  const full = isCounted ? await recipients.atLimit(dayOf(client.name, now()), perRecipientPerDay) : undefined;
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
      if (counted === 'yes') return;
      const { refused } = await meter.chargeHashed('sms', total, hashes);
      if (refused.size > 0) throw overtaken(); // what was counted is given back with the failure
    },
  };
}

/** The most recipients that a batch can ever have. */
function smallestOf({ limits }: Limited): readonly [maximum: number, limit: LimitName] {
  const names = ['batchRecipients', 'smsPerMinute', 'smsPerDay'] as const;
  const maximums = names.map((name) => [limits[name] ?? Number.POSITIVE_INFINITY, name] as const);
  return maximums.toSorted(([one], [other]) => one - other)[0] ?? [Number.POSITIVE_INFINITY, 'batchRecipients'];
}

/** Other requests have sent to recipients of the batch while it was read. */
function overtaken(): SwitchboardError {
  const message = 'Recipients of this batch have reached the limit of this client meanwhile. Repeat the request.';
  return new SwitchboardError('TooManyRequests', message, { target: 'perRecipientPerDay', retryAfterSeconds: 1 });
}
