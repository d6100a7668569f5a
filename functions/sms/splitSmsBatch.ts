import { worker } from '../../shared/operation/worker.ts';
import { isAuthenticSplit, SPLIT_QUEUE, splitMessage } from '../../shared/smsbatch/send/batchQueues.ts';
import { splitBatch } from '../../shared/smsbatch/split.ts';

/** Reserves send times for the chunks of a batch and queues them. */
export const splitSmsBatch = worker({
  name: 'splitSmsBatch',
  queue: SPLIT_QUEUE,
  message: splitMessage,
  isAuthentic: isAuthenticSplit,
  run: (message, { smsBatches }) => splitBatch(smsBatches, message),
});
