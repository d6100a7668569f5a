import type { BatchContext } from '../smsbatch/batchContext.ts';
import { deleteExpiredBatches } from '../smsbatch/retention.ts';
import type { Storage } from '../storage/storage.ts';
import { logFailure } from '../telemetry/failureLog.ts';

export interface RetentionFacts {
  readonly storage: Storage;
  /** Tables whose rows stand by themselves, and for how many days a row is kept after it was last written. */
  readonly tables: ReadonlyMap<string, number>;
  readonly smsBatches: BatchContext;
  /** How long batches are kept. */
  readonly days: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Rows that are taken away at a time. */
const AT_A_TIME = 32;

/** One run; what is left is forgotten by the next. */
const RUN_MILLISECONDS = 4 * 60_000;

const DAY_MILLISECONDS = 86_400_000;

/**
 * Deletes answers, emails, single messages, dropped events, audit entries and whole batches that are older than they are to be kept. It
 * may die anywhere: the next run goes on. What cannot be deleted is logged, and does not keep the rest.
 */
export async function forgetOldRecords(facts: RetentionFacts): Promise<void> {
  const before = (days: number) => facts.now() - days * DAY_MILLISECONDS;
  const until = facts.now() + RUN_MILLISECONDS;
  const mayGoOn = () => facts.now() < until;
  for (const [name, days] of facts.tables) {
    try {
      await forgetRows(facts, name, before(days), mayGoOn);
    } catch (error) {
      logFailure(`Old rows of the table ${name} cannot be deleted`, error);
    }
  }
  await deleteExpiredBatches(facts.smsBatches, before(facts.days), mayGoOn);
}

async function forgetRows({ storage }: RetentionFacts, name: string, before: number, mayGoOn: () => boolean) {
  const table = storage.tables.table(name);
  let removals: Promise<void>[] = [];
  for await (const { partitionKey, rowKey, etag } of storage.oldRows.of(name, new Date(before))) {
    if (!mayGoOn()) break;
    removals.push(table.remove(partitionKey, rowKey, etag));
    if (removals.length < AT_A_TIME) continue;
    await Promise.all(removals);
    removals = [];
  }
  await Promise.all(removals);
}
