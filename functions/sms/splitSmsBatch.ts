import { worker } from '../../shared/operation/define.ts';
import { isAuthenticSplit, SPLIT_QUEUE, splitMessage } from '../../shared/smsbatch/send/batchQueues.ts';

/** Reserves send times for the chunks of a batch and queues them. */
export const splitSmsBatch = worker({
  name: 'splitSmsBatch',
  queue: SPLIT_QUEUE,
  message: splitMessage,
  isAuthentic: isAuthenticSplit,
  run: async (message, { smsBatches }) => {
    const { splitBatch } = await import('../../shared/smsbatch/split.ts');
    await splitBatch(smsBatches, message);
  },
});
