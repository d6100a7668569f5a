import { worker } from '../../shared/operation/worker.ts';
import { SPLIT_QUEUE } from '../../shared/smsbatch/batch.ts';
import { isAuthenticSplit, splitMessage } from '../../shared/smsbatch/messages.ts';

/** Says of a batch that could not be split, whatever was tried, that it failed. */
export const failSmsBatch = worker({
  name: 'failSmsBatch',
  queue: `${SPLIT_QUEUE}-poison`,
  message: splitMessage,
  isAuthentic: isAuthenticSplit,
  run: ({ client, batch }, { smsBatches }) =>
    smsBatches.fail(client, batch, 'Switchboard could not split it; its log tells why'),
});
