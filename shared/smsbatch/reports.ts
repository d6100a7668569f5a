import type { SmsDeliveryReport } from '../contract/deliveryReport.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import type { BatchEngine } from './engine.ts';
import type { ChunkState } from './ledger/chunk.ts';
import { subtractTally } from './ledger/chunk.ts';
import { mergeReports, tallyOfDeliveries } from './ledger/deliveries.ts';
import { isExpiry } from './recipients/file.ts';
import { tellWhenReported } from './reported.ts';
import { type Origin, readTag } from './tag.ts';

/**
 * Takes a delivery report into the account of its batch. Reports may come early, late, repeatedly and in any order; those
 * of one chunk that come at the same time are written together.
 *
 * @returns false when it is none of a batch, as far as anybody knows
 */
export async function recordBatchReport(engine: BatchEngine, report: SmsDeliveryReport): Promise<boolean> {
  if (report.tag === '') return false;
  const origin = readTag(await engine.secret(), report.tag);
  if (!origin) return false;
  const { batchId, chunk } = origin;
  const write = (reports: readonly SmsDeliveryReport[]) => writeReports(engine, origin, reports);
  const counted = await engine.reportWrites.add(`${batchId}/${chunk}`, report, write);
  if (!counted.has(report)) return false;
  await engine.reportLooks.add(batchId, undefined, () => look(engine, batchId));
  return true;
}

const NONE: ReadonlySet<SmsDeliveryReport> = new Set();

/** @returns those that are of a message of the chunk */
async function writeReports(
  engine: BatchEngine,
  { batchId, chunk }: Origin,
  reports: readonly SmsDeliveryReport[],
): Promise<ReadonlySet<SmsDeliveryReport>> {
  const { ledger, storage } = engine;
  return retryConflicts<ReadonlySet<SmsDeliveryReport>>(storage.tables, async () => {
    const [sent, stored] = await Promise.all([ledger.get(batchId, chunk), ledger.getDeliveries(batchId, chunk)]);
    if (!sent) return NONE;
    const positions = await existingPositions(engine, batchId, chunk);
    const own = reports.filter((report) => isOf(sent.state, positions, report));
    const deliveries = mergeReports(stored.deliveries, own);
    if (deliveries === stored.deliveries) return new Set(own);
    const change = subtractTally(tallyOfDeliveries(deliveries), tallyOfDeliveries(stored.deliveries));
    return (await ledger.settleDeliveries(batchId, stored, deliveries, change)) ? new Set(own) : undefined;
  });
}

/** Undefined when the recipients have been deleted. */
async function existingPositions({ recipients }: BatchEngine, batchId: string, chunk: number) {
  try {
    return await recipients.positions(batchId, chunk);
  } catch (error) {
    if (isExpiry(error)) return undefined;
    throw error;
  }
}

/**
 * Whether a report is of the chunk's message to a recipient: of the one that ACS accepted, or, as long as it is not known
 * which one that is, of any. So a chunk never keeps more reports than it has recipients, even if some are forged.
 *
 * @param positions of the chunk's numbers; undefined when they have been deleted
 */
function isOf(
  { results, redrive }: ChunkState,
  positions: ReadonlyMap<string, number> | undefined,
  { messageId, to }: SmsDeliveryReport,
): boolean {
  if (!positions) return results.some((result) => result?.[0] === 'accepted' && result[1] === messageId);
  const result = results[positions.get(to) ?? -1];
  if (result === undefined) return false;
  // Open: the report was faster than the result. In doubt, now or before a redrive: ACS may have accepted it all the same.
  if (result === null || result[0] === 'inDoubt' || redrive > 0) return true;
  return result[0] === 'accepted' && result[1] === messageId;
}

/** After each report, also a repeated one: whoever was to look before may have died. */
async function look(engine: BatchEngine, batchId: string): Promise<void> {
  const client = await engine.batches.ownerOf(batchId);
  const batch = client === undefined ? undefined : await engine.batches.get(client, batchId);
  if (batch) await tellWhenReported(engine, batch);
}
