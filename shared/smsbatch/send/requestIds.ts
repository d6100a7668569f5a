import { v5 } from 'uuid';
import type { ServerSecret } from '../../secret/serverSecret.ts';
import type { Batch } from '../batch.ts';

/** One sending of a chunk. */
export interface ChunkSending {
  readonly batch: Pick<Batch, 'id' | 'chunkSize'>;
  readonly chunk: number;
  /** A redriven message is meant to be sent again, and so has another id. */
  readonly redrive: number;
}

/**
 * The ids by which ACS recognises the messages to the recipients of a chunk: the same in every process and at every try,
 * and unpredictable without the server secret.
 */
export function recipientRequestIds(secret: ServerSecret, { batch, chunk, redrive }: ChunkSending): readonly string[] {
  const { id, chunkSize } = batch;
  if (!isOfOlderVersion(id)) return secret.uuids('recipients', [id, chunk, redrive], chunkSize);
  // What an older version has begun to send must be repeated under the ids that ACS knows.
  return Array.from({ length: chunkSize }, (_, index) => v5(`${chunk * chunkSize + index}/${redrive}`, id));
}

/** Older versions gave batches a UUIDv5 as their id, newer ones give them a UUIDv8. @see RFC 9562 §5.5, §5.8 */
export function isOfOlderVersion(batchId: string): boolean {
  return batchId.charAt(14) === '5';
}
