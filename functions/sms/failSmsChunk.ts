import { worker } from '../../shared/operation/define.ts';
import { CHUNK_QUEUE, chunkMessage, isAuthenticChunk } from '../../shared/smsbatch/send/batchQueues.ts';

/** Closes a chunk that repeatedly could not be processed. */
export const failSmsChunk = worker({
  name: 'failSmsChunk',
  queue: `${CHUNK_QUEUE}-poison`,
  message: chunkMessage,
  isAuthentic: isAuthenticChunk,
  run: async (message, { smsBatches }) => {
    const { failChunk } = await import('../../shared/smsbatch/send/sendChunk.ts');
    await failChunk(smsBatches, message, 'Switchboard could not process it; see its log for the reason');
  },
});
