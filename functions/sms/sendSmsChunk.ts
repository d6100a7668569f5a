import { worker } from '../../shared/operation/worker.ts';
import { CHUNK_QUEUE } from '../../shared/smsbatch/batch.ts';
import { chunkMessage, isAuthenticChunk } from '../../shared/smsbatch/messages.ts';

/** Sends one chunk of a batch, and accounts for every recipient. */
export const sendSmsChunk = worker({
  name: 'sendSmsChunk',
  queue: CHUNK_QUEUE,
  message: chunkMessage,
  isAuthentic: isAuthenticChunk,
  run: (message, { smsBatches }) => smsBatches.send(message),
});
