import { deleteOldRecords, type RetentionContext } from '../../../shared/retention/deleteOldRecords.ts';
import { BATCHES_CONTAINER } from '../../../shared/smsbatch/batch.ts';
import type { BatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { CLIENT, ID, type Rig, refused, type SentSms } from '../smsbatch/fixtures.ts';

export const DAY = 86_400_000;
export const DAYS = 30;
export const refuseAll = ({ smsRecipients }: SentSms) => smsRecipients.map(({ to }) => refused(to, 400));

/** A night's run. @returns the failures that it logged */
export async function night(it: Rig, context: BatchContext = it.context): Promise<string[]> {
  const settings = { retentionDays: DAYS, auditRetentionDays: DAYS };
  const now = () => new Date(context.now());
  const retention: RetentionContext = { storage: it.storage, smsBatches: context, settings, now };
  const lines: string[] = [];
  await withFailureLog(
    (what, error) => void lines.push(`${what}: ${String(error)}`),
    () => deleteOldRecords(retention),
  );
  return lines;
}

/** Runs the timers for some days. */
export async function live(it: Rig, days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    it.now += DAY;
    await recoverAbandonedBatches(it.context);
    await night(it);
  }
}

export async function filesOf({ storage }: Rig): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of storage.blobs.list(BATCHES_CONTAINER)) names.push(name);
  return names;
}

export const everything = async (it: Rig, id = ID) => ({
  files: (await filesOf(it)).filter((name) => name.startsWith(id)).length,
  batch: (await it.context.batches.get(CLIENT, id)) !== undefined,
  owner: await it.context.batches.ownerOf(id),
  chunk: (await it.context.ledger.get(id, 0)) !== undefined,
});

export const ALL = { files: 2, batch: true, owner: CLIENT, chunk: true };
export const NOTHING = { files: 0, batch: false, owner: undefined, chunk: false };
