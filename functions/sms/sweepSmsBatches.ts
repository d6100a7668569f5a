import { timer } from '../../shared/operation/define.ts';

/** Recovers work that was abandoned by a process that died, every 15 seconds. */
export const sweepSmsBatches = timer('sweepSmsBatches', '*/15 * * * * *', async ({ smsBatches }) => {
  const { recoverAbandonedBatches } = await import('../../shared/smsbatch/sweep.ts');
  await recoverAbandonedBatches(smsBatches);
});
