import { worker } from '../../shared/operation/worker.ts';
import { SPLIT_QUEUE } from '../../shared/smsbatch/batch.ts';
import { failBatch } from '../../shared/smsbatch/control.ts';
import { splitMessage } from '../../shared/smsbatch/split.ts';

/** Says of a batch that could not be split, whatever was tried, that it failed. */
export const failSmsBatch = worker({
  name: 'failSmsBatch',
  queue: `${SPLIT_QUEUE}-poison`,
  message: splitMessage,
  run: ({ client, batch }, { smsBatches }) =>
    failBatch(smsBatches, client, batch, 'Switchboard could not split it; its log tells why'),
});
