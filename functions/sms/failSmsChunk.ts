import { worker } from '../../shared/operation/worker.ts';
import { CHUNK_QUEUE } from '../../shared/smsbatch/batch.ts';
import { chunkMessage, isAuthenticChunk } from '../../shared/smsbatch/messages.ts';

/** Accounts for a chunk that could not be handled, whatever was tried. */
export const failSmsChunk = worker({
  name: 'failSmsChunk',
  queue: `${CHUNK_QUEUE}-poison`,
  message: chunkMessage,
  isAuthentic: isAuthenticChunk,
  run: (message, { smsBatches }) => smsBatches.failChunk(message, 'Switchboard could not handle it; its log tells why'),
});
