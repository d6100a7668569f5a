import { timer } from '../../shared/operation/worker.ts';

/** Every 30 seconds: takes up what a process that died has left lying. */
export const sweepSmsBatches = timer('sweepSmsBatches', '*/30 * * * * *', ({ smsBatches }) => smsBatches.sweep());
