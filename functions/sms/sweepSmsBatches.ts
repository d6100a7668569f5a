import { timer } from '../../shared/operation/worker.ts';
import { recoverAbandonedBatches } from '../../shared/smsbatch/sweep.ts';

/** Recovers work that was abandoned by a process that died, every 30 seconds. */
export const sweepSmsBatches = timer('sweepSmsBatches', '*/30 * * * * *', ({ smsBatches }) =>
  recoverAbandonedBatches(smsBatches),
);
