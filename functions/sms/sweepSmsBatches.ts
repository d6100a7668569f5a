import { timer } from '../../shared/operation/worker.ts';
import { sweepBatches } from '../../shared/smsbatch/sweep.ts';

/** Every 30 seconds: takes up what a process that died has left lying. */
export const sweepSmsBatches = timer('sweepSmsBatches', '*/30 * * * * *', ({ smsBatches }) => sweepBatches(smsBatches));
