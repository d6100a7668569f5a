import { v5 } from 'uuid';
import type { ServerSecret } from '../secret/serverSecret.ts';

/**
 * The id by which ACS recognises a message to one recipient of a batch: the same in every process and at every try, and
 * unpredictable without the server secret.
 *
 * @param index of the recipient in the whole batch
 * @param redrive a redriven message is meant to be sent again, and so has another id
 */
export function recipientRequestId(secret: ServerSecret, batchId: string, index: number, redrive: number): string {
  // What an older version has begun to send must be repeated under the ids that ACS knows.
  if (isOfOlderVersion(batchId)) return v5(`${index}/${redrive}`, batchId);
  return secret.uuid('recipient', [batchId, index, redrive]);
}

/** Older versions gave batches a UUIDv5 as their id, newer ones give them a UUIDv8. @see RFC 9562 §5.5, §5.8 */
export function isOfOlderVersion(batchId: string): boolean {
  return batchId.charAt(14) === '5';
}
