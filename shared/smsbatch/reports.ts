import type { SmsDeliveryReport } from '../contract/deliveryreport.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { mergeReports, tallyOfDeliveries } from './deliveries.ts';
import type { BatchEngine } from './engine.ts';
import { tellWhenReported } from './reported.ts';
import { type Origin, readTag } from './tag.ts';
import { subtractTally } from './tally.ts';

/**
 * Takes a delivery report into the account of its batch. Reports may come early, late, repeatedly and in any order; those
 * of one chunk that come at the same time are written together.
 *
 * @returns false when it is none of a batch, as far as anybody knows
 */
export async function recordBatchReport(engine: BatchEngine, report: SmsDeliveryReport): Promise<boolean> {
  const origin = readTag(report.tag);
  if (!origin) return false;
  const { batchId, chunk } = origin;
  const write = (reports: readonly SmsDeliveryReport[]) => writeReports(engine, origin, reports);
  if (!(await engine.reportWrites.add(`${batchId}/${chunk}`, report, write))) return false;
  await engine.reportLooks.add(batchId, undefined, () => look(engine, batchId));
  return true;
}

/** @returns false when there is no such chunk, or nothing of it was sent */
function writeReports(
  engine: BatchEngine,
  { batchId, chunk }: Origin,
  reports: readonly SmsDeliveryReport[],
): Promise<boolean> {
  return retryConflicts(engine.storage.tables, async () => {
    const stored = await engine.ledger.getDeliveries(batchId, chunk);
    if (stored.etag === undefined && !(await engine.ledger.get(batchId, chunk))) return false;
    const deliveries = mergeReports(stored.deliveries, reports);
    if (deliveries === stored.deliveries) return true;
    const change = subtractTally(tallyOfDeliveries(deliveries), tallyOfDeliveries(stored.deliveries));
    return (await engine.ledger.settleDeliveries(batchId, stored, deliveries, change)) || undefined;
  });
}

/** After each report, also a repeated one: whoever was to look before may have died. */
async function look(engine: BatchEngine, batchId: string): Promise<void> {
  const client = await engine.batches.ownerOf(batchId);
  const batch = client === undefined ? undefined : await engine.batches.get(client, batchId);
  if (batch) await tellWhenReported(engine, batch);
}
