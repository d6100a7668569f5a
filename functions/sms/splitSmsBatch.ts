import { worker } from '../../shared/operation/worker.ts';
import { SPLIT_QUEUE } from '../../shared/smsbatch/batch.ts';
import { splitBatch, splitMessage } from '../../shared/smsbatch/split.ts';

/** Gives the chunks of a batch their sending times. */
export const splitSmsBatch = worker({
  name: 'splitSmsBatch',
  queue: SPLIT_QUEUE,
  message: splitMessage,
  run: (message, { smsBatches }) => splitBatch(smsBatches, message),
});
