import type { Usage } from '../contract/usage.ts';
import type { ServerSecret } from '../secret/serverSecret.ts';
import { LIMIT_NAMES } from '../settings/clientSettings.ts';
import type { Tables } from '../storage/tables.ts';
import { type CounterStore, createCounterStore, type Limited } from './counterStore.ts';
import { standings } from './counters.ts';
import { createRecipientCounts, type RecipientCounts } from './recipientCounts.ts';

/** What the limits of clients are kept with. */
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

/** A client's limits, and how much it has used of those that are kept by counting over time. */
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
