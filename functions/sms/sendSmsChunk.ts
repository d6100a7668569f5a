import { worker } from '../../shared/operation/worker.ts';
import { CHUNK_QUEUE, chunkMessage, isAuthenticChunk } from '../../shared/smsbatch/send/batchQueues.ts';
import { sendChunk } from '../../shared/smsbatch/send/sendChunk.ts';

/** Sends one chunk of a batch and records a result for every recipient. */
export const sendSmsChunk = worker({
  name: 'sendSmsChunk',
  queue: CHUNK_QUEUE,
  message: chunkMessage,
  isAuthentic: isAuthenticChunk,
  run: (message, { smsBatches }) => sendChunk(smsBatches, message),
});
