import { worker } from '../../shared/operation/define.ts';
import { isAuthenticSplit, SPLIT_QUEUE, splitMessage } from '../../shared/smsbatch/send/batchQueues.ts';

/** Marks a batch as failed that repeatedly could not be split. */
export const failSmsBatch = worker({
  name: 'failSmsBatch',
  queue: `${SPLIT_QUEUE}-poison`,
  message: splitMessage,
  isAuthentic: isAuthenticSplit,
  run: async ({ client, batch }, { smsBatches }) => {
    const { failBatch } = await import('../../shared/smsbatch/cancellation.ts');
    await failBatch(smsBatches, client, batch, 'Switchboard could not split it; see its log for the reason');
  },
});
