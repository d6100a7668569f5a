import { SwitchboardError } from '../contract/switchboardError.ts';
import type { Usage } from '../contract/usage.ts';
import type { ServerSecret } from '../secret/serverSecret.ts';
import { LIMIT_NAMES, type LimitName } from '../settings/clientSettings.ts';
import type { Tables } from '../storage/tables.ts';
import { limitExceeded } from '../telemetry/measures.ts';
import { type CounterStore, createCounterStore, type Limited } from './counterStore.ts';
import { standings } from './counters.ts';
import { createRecipientCounts, type RecipientCounts } from './recipientCounts.ts';

/** State of the limits of all clients. */
export interface ClientLimits {
  readonly counters: CounterStore;
  readonly recipients: RecipientCounts;
  readonly now: () => number;
}

/** @param now epoch milliseconds */
export function createClientLimits(
  tables: Tables,
  secret: () => Promise<ServerSecret>,
  now: () => number,
): ClientLimits {
  return { counters: createCounterStore(tables, now), recipients: createRecipientCounts(tables, secret), now };
}

/** Returns a client's limits and its usage of the counted ones. */
export async function usageOf({ counters, now }: ClientLimits, { name, limits }: Limited): Promise<Usage> {
  const isCounting = standings({}, limits, now()).length > 0;
  const counted = standings(isCounting ? await counters.read(name) : {}, limits, now());
  const list = LIMIT_NAMES.flatMap((limit) => {
    const maximum = limits[limit];
    if (maximum === undefined) return [];
    const standing = counted.find((it) => it.limit === limit);
    if (!standing) return { limit, maximum };
    const { used, resetSeconds } = standing;
    return { limit, maximum, used, remaining: Math.max(0, maximum - used), resetSeconds };
  });
  return { client: name, limits: list };
}

const WORDS: Readonly<Record<LimitName, string>> = {
  requestsPerMinute: 'requests per minute',
  smsPerMinute: 'SMS recipients per minute',
  smsPerDay: 'SMS recipients within 24 hours',
  emailsPerMinute: 'email recipients per minute',
  emailsPerDay: 'email recipients within 24 hours',
  batchRecipients: 'recipients per batch',
  perRecipientPerDay: 'messages per day to the same recipient',
};

export interface Refused {
  readonly client: string;
  readonly limit: LimitName;
  readonly maximum: number;
  /** Undefined when the request exceeds the limit itself and can never be accepted. */
  readonly retryAfterSeconds: number | undefined;
}

/** Creates the error for a request over a limit, and counts it in the metrics. */
export function limitRefusal({ client, limit, maximum, retryAfterSeconds }: Refused): SwitchboardError {
  limitExceeded(client, limit);
  const allowed = `The client '${client}' is limited to ${maximum} ${WORDS[limit]}`;
  const message =
    retryAfterSeconds === undefined
      ? `${allowed}. This request alone exceeds the limit and can never be accepted.`
      : `${allowed}.`;
  return new SwitchboardError('ClientLimitExceeded', message, { target: limit, retryAfterSeconds });
}
