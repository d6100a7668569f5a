import type { SmsDeliveryReport } from '../contract/acsEvent.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import type { BatchFacts } from './batch.ts';
import type { BatchContext, WrittenReports } from './batchContext.ts';
import { emitWhenReported } from './completion.ts';
import type { ChunkState } from './ledger/chunks.ts';
import { subtractTally } from './ledger/counters.ts';
import { mergeReports, tallyOfDeliveries } from './ledger/deliveries.ts';
import { isExpiry } from './recipients/recipientsFile.ts';
import { type ChunkOrigin, readTag } from './send/requestIds.ts';

/**
 * Records a delivery report of a batch. Reports may arrive early, late, repeatedly and in any order; concurrent reports of
 * one chunk are written together.
 *
 * @returns whether the report belongs to a known batch
 */
export async function recordBatchReport(context: BatchContext, report: SmsDeliveryReport): Promise<boolean> {
  if (report.tag === '') return false;
  const origin = readTag(await context.secret(), report.tag);
  if (!origin) return false;
  const { batchId, chunk } = origin;
  const write = (reports: readonly SmsDeliveryReport[]) => writeReports(context, origin, reports);
  const { own, mayBeLast } = await context.reportWrites.add(keyOf(batchId, chunk), report, write);
  if (!own.has(report)) return false;
  // Also after a repeated report: the process that recorded it first may have died before this check.
  if (mayBeLast) await context.reportChecks.add(batchId, undefined, () => checkReported(context, batchId));
  return true;
}

function keyOf(batchId: string, chunk: number): string {
  return `${batchId}/${chunk}`;
}

const NONE: WrittenReports = { own: new Set(), mayBeLast: false };

async function writeReports(
  context: BatchContext,
  { batchId, chunk }: ChunkOrigin,
  reports: readonly SmsDeliveryReport[],
): Promise<WrittenReports> {
  const { ledger, storage, batches } = context;
  const batch = await batches.factsOf(batchId);
  if (!batch) return NONE;
  return retryConflicts<WrittenReports>(storage.tables, async () => {
    const stored = await ledger.getDeliveries(batchId, chunk);
    // A chunk without reports is read: its batch may have been deleted.
    if (stored.etag === undefined) context.doneChunks.delete(keyOf(batchId, chunk));
    const sent = await sentMessages(context, batch, chunk, reports);
    if (!sent) return NONE;
    const deliveries = mergeReports(stored.deliveries, sent.own);
    const written = { own: new Set(sent.own), mayBeLast: deliveries.size >= sent.accepted };
    if (deliveries === stored.deliveries) return written;
    const change = subtractTally(tallyOfDeliveries(deliveries), tallyOfDeliveries(stored.deliveries));
    return (await ledger.settleDeliveries(batchId, stored, deliveries, change)) ? written : undefined;
  });
}

interface SentMessages {
  /** The reports that belong to a message of the chunk. */
  readonly own: readonly SmsDeliveryReport[];
  /** How many messages of the chunk ACS has accepted, at least. */
  readonly accepted: number;
}

/**
 * Compares reports with the results of a chunk. Those of a chunk that is done are kept in memory: what ACS has accepted
 * stays accepted. If they do not explain every report, the chunk may have been redriven since, and is read again.
 *
 * @returns undefined if no chunk was sent
 */
async function sentMessages(
  context: BatchContext,
  batch: BatchFacts,
  chunk: number,
  reports: readonly SmsDeliveryReport[],
): Promise<SentMessages | undefined> {
  const { ledger, doneChunks } = context;
  const key = keyOf(batch.id, chunk);
  const positions = await existingPositions(context, batch, chunk);
  const compare = (state: ChunkState): SentMessages => ({
    own: reports.filter((report) => belongsTo(state, positions, report)),
    accepted: state.results.filter((result) => result?.[0] === 'accepted').length,
  });
  const known = doneChunks.get(key);
  const compared = known && compare(known);
  if (compared?.own.length === reports.length) return compared;
  const stored = await ledger.get(batch.id, chunk);
  if (stored?.state.state === 'done') doneChunks.set(key, stored.state);
  return stored && compare(stored.state);
}

/** Undefined when the recipients have been deleted. */
async function existingPositions({ recipients }: BatchContext, batch: BatchFacts, chunk: number) {
  try {
    return await recipients.positions(batch, chunk);
  } catch (error) {
    if (isExpiry(error)) return undefined;
    throw error;
  }
}

/**
 * Whether a report belongs to a message of the chunk: the message that ACS accepted for this recipient or, while that is
 * not known, any message to it. Thus a chunk never keeps more reports than it has recipients, even if some are forged.
 *
 * @param positions of the chunk's numbers; undefined when they have been deleted
 */
function belongsTo(
  { results, redrive }: ChunkState,
  positions: ReadonlyMap<string, number> | undefined,
  { messageId, to }: SmsDeliveryReport,
): boolean {
  if (!positions) return results.some((result) => result?.[0] === 'accepted' && result[1] === messageId);
  const result = results[positions.get(to) ?? -1];
  if (result === undefined) return false;
  // Open: the report arrived before the result. In doubt, now or before a redrive: ACS may have accepted the message.
  if (result === null || result[0] === 'inDoubt' || redrive > 0) return true;
  return result[0] === 'accepted' && result[1] === messageId;
}

async function checkReported(context: BatchContext, batchId: string): Promise<void> {
  const facts = await context.batches.factsOf(batchId);
  const batch = facts && (await context.batches.get(facts.client, batchId));
  if (batch) await emitWhenReported(context, batch);
}
