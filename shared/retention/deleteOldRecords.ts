import { DROPPED_EVENTS_TABLE } from '../acsevents/droppedEvents.ts';
import { AUDIT_TABLE } from '../audit/auditRecorder.ts';
import { EMAILS_TABLE } from '../email/emailStore.ts';
import { ANSWERS_TABLE } from '../idempotency/answerLedger.ts';
import { DELETED_IDENTITIES_TABLE } from '../identities/identities.ts';
import { LIMITS_TABLE } from '../limits/counterStore.ts';
import type { Settings } from '../settings/settings.ts';
import type { BatchContext } from '../smsbatch/batchContext.ts';
import { deleteExpiredBatches } from '../smsbatch/retention.ts';
import { MESSAGES_TABLE } from '../smsreports/smsMessage.ts';
import type { Storage } from '../storage/storage.ts';
import { logFailure } from '../telemetry/failureLog.ts';

export interface RetentionContext {
  readonly storage: Storage;
  readonly smsBatches: BatchContext;
  readonly settings: Pick<Settings, 'retentionDays' | 'auditRetentionDays'>;
  readonly now: () => Date;
}

/** Tables whose rows do not depend on others. A row is kept for RETENTION_DAYS after it was last written. */
const TABLES: readonly string[] = [
  ...[ANSWERS_TABLE, EMAILS_TABLE, MESSAGES_TABLE, DROPPED_EVENTS_TABLE],
  ...[DELETED_IDENTITIES_TABLE, LIMITS_TABLE],
];

/** Rows deleted at the same time. */
const AT_A_TIME = 32;

/** One run ends after this; the next one deletes the rest. */
const RUN_MILLISECONDS = 4 * 60_000;

const DAY_MILLISECONDS = 86_400_000;

/**
 * Deletes answers, emails, single SMS messages, dropped events, audit entries and whole batches after their retention
 * period. It may die anywhere; the next run continues. What cannot be deleted is logged and does not hold up the rest.
 */
export async function deleteOldRecords(context: RetentionContext): Promise<void> {
  const { storage, smsBatches, settings } = context;
  const { retentionDays: days, auditRetentionDays } = settings;
  const now = () => context.now().getTime();
  const before = (age: number) => now() - age * DAY_MILLISECONDS;
  const until = now() + RUN_MILLISECONDS;
  const mayContinue = () => now() < until;
  const ages = [...TABLES.map((name) => [name, days] as const), [AUDIT_TABLE, auditRetentionDays || days] as const];
  for (const [name, age] of ages) {
    try {
      await deleteOldRows(storage, name, before(age), mayContinue);
    } catch (error) {
      logFailure(`Old rows of the table ${name} cannot be deleted`, error);
    }
  }
  await deleteExpiredBatches(smsBatches, before(days), mayContinue);
}

async function deleteOldRows(storage: Storage, name: string, before: number, mayContinue: () => boolean) {
  const table = storage.tables.table(name);
  let removals: Promise<void>[] = [];
  for await (const { partitionKey, rowKey, etag } of storage.oldRows.of(name, new Date(before))) {
    if (!mayContinue()) break;
    removals.push(table.remove(partitionKey, rowKey, etag));
    if (removals.length < AT_A_TIME) continue;
    await Promise.all(removals);
    removals = [];
  }
  await Promise.all(removals);
}
