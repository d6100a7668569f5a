import { worker } from '../../shared/operation/define.ts';
import { CHUNK_QUEUE, chunkMessage, isAuthenticChunk } from '../../shared/smsbatch/send/batchQueues.ts';

/** Sends one chunk of a batch and records a result for every recipient. */
export const sendSmsChunk = worker({
  name: 'sendSmsChunk',
  queue: CHUNK_QUEUE,
  message: chunkMessage,
  isAuthentic: isAuthenticChunk,
  run: async (message, { smsBatches }) => {
    const { sendChunk } = await import('../../shared/smsbatch/send/sendChunk.ts');
    await sendChunk(smsBatches, message);
  },
});
