import { worker } from '../../shared/operation/worker.ts';
import { SPLIT_QUEUE } from '../../shared/smsbatch/batch.ts';
import { isAuthenticSplit, splitMessage } from '../../shared/smsbatch/messages.ts';

/** Gives the chunks of a batch their sending times. */
export const splitSmsBatch = worker({
  name: 'splitSmsBatch',
  queue: SPLIT_QUEUE,
  message: splitMessage,
  isAuthentic: isAuthenticSplit,
  run: (message, { smsBatches }) => smsBatches.split(message),
});
