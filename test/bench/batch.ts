/** What batches cost: their throughput, the time to accept one, and the memory of the functions process. */
import { benchAcceptance } from './batch/acceptance.ts';
import { benchMemory } from './batch/memory.ts';
import { benchThroughput } from './batch/throughput.ts';
import type { Figures } from './report.ts';

export async function benchBatch(): Promise<Figures> {
  return { ...(await benchThroughput()), ...(await benchAcceptance()), ...(await benchMemory()) };
}
