import type { Batch } from './batch.ts';
import type { BatchEngine } from './engine.ts';
import type { Tally } from './ledger/chunk.ts';
import { isExpiry } from './recipients/file.ts';
import { ERASED_RECIPIENT } from './recipients/recipient.ts';
import { batchResults } from './results.ts';
import { countsOf } from './status.ts';

/**
 * Tells of a completed batch that a delivery report has come for every recipient whom ACS accepted. Asked after the
 * completion and after each report: whichever is last finds it. The event is told before the row says so: whoever dies in
 * between tells it again, with the same id, when the report is delivered again, or the sweep does.
 */
export async function tellWhenReported(engine: BatchEngine, batch: Batch): Promise<void> {
  if (batch.state !== 'completed' || batch.reported > batch.redrives) return;
  const tally = await engine.ledger.tally(batch.id);
  if (!(await isReported(engine, batch, tally))) return;
  await engine.tell('reported', batch, countsOf(batch, tally));
  await engine.batches.advance(batch, { reported: batch.redrives + 1 });
}

async function isReported(engine: BatchEngine, batch: Batch, tally: Tally): Promise<boolean> {
  const { accepted, delivered, undelivered, inDoubt } = tally;
  if (accepted === 0 || delivered + undelivered < accepted) return false;
  // Reports also come of recipients in doubt, who may have been redriven since. Else the counters say it all.
  return inDoubt === 0 && batch.redrives === 0 ? true : hasReportOfEach(engine, batch);
}

const PAGE_SIZE = 10_000;

/** Also false once the recipients have been deleted, because then it can no longer be determined. */
async function hasReportOfEach(engine: BatchEngine, batch: Batch): Promise<boolean> {
  try {
    return await isEveryoneReported(engine, batch);
  } catch (error) {
    if (isExpiry(error)) return false;
    throw error;
  }
}

async function isEveryoneReported(engine: BatchEngine, batch: Batch): Promise<boolean> {
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page: Awaited<ReturnType<typeof batchResults>> = await batchResults(engine, batch, {
      ...{ state: 'accepted', pageSize: PAGE_SIZE, from },
    });
    if (page.value.some(({ to, delivery }) => delivery === undefined && to !== ERASED_RECIPIENT)) return false;
    from = page.next;
  }
  return true;
}
