import { v5 } from 'uuid';
import { isSealOf, sealOf } from '../../secret/seal.ts';
import type { ServerSecret } from '../../secret/serverSecret.ts';
import type { Batch } from '../batch.ts';

/** One send of a chunk. */
export interface ChunkSend {
  readonly batch: Pick<Batch, 'id' | 'chunkSize'>;
  readonly chunk: number;
  /** A redriven message is meant to be sent again, so it has another id. */
  readonly redrive: number;
}

/** Ids derived at once; the secret allows 510. */
const IDS_TOGETHER = 500;

/**
 * The ids by which ACS recognizes a repeated message, one for each recipient of a chunk. They are the same in every
 * process and for every try, and unpredictable without the server secret.
 */
export function recipientRequestIds(secret: ServerSecret, { batch, chunk, redrive }: ChunkSend): readonly string[] {
  const { id, chunkSize } = batch;
  if (!isOfOlderVersion(id)) {
    return Array.from({ length: Math.ceil(chunkSize / IDS_TOGETHER) }, (_, part) => {
      const name = part === 0 ? [id, chunk, redrive] : [id, chunk, redrive, part];
      return secret.uuids('recipients', name, Math.min(IDS_TOGETHER, chunkSize - part * IDS_TOGETHER));
    }).flat();
  }
  // What an older version began to send must be repeated with the ids that ACS already knows.
  return Array.from({ length: chunkSize }, (_, index) => v5(`${chunk * chunkSize + index}/${redrive}`, id));
}

/** Older versions used a UUIDv5 as batch id, newer ones use a UUIDv8. @see RFC 9562 §5.5, §5.8 */
function isOfOlderVersion(batchId: string): boolean {
  return batchId.charAt(14) === '5';
}

/** The chunk that a message belongs to. */
export interface ChunkOrigin {
  readonly batchId: string;
  readonly chunk: number;
}

const PURPOSE = 'tag';

/**
 * The SMS tag that relates delivery reports to their batch and chunk, followed by the caller's own tag. Any client can
 * send an SMS message with any tag: the seal shows that this one is Switchboard's.
 */
export function tagOf(secret: ServerSecret, { id, options }: Pick<Batch, 'id' | 'options'>, chunk: number): string {
  const own = `${id}/${chunk}/${sealOf(secret, PURPOSE, [id, chunk])}`;
  return [own, options.tag].filter((part) => part !== undefined).join(' ');
}

const TAG = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,7})(?:\/([\w-]{22}))?(?: |$)/;

/** Undefined for a tag that was not created by a batch of this installation. */
export function readTag(secret: ServerSecret, tag: string): ChunkOrigin | undefined {
  const [, batchId, number, seal] = TAG.exec(tag) ?? [];
  if (batchId === undefined) return undefined;
  const chunk = Number(number);
  // Older versions created tags without a seal; their batches are over within days of the update.
  const isOurs = seal === undefined ? isOfOlderVersion(batchId) : isSealOf(seal, secret, PURPOSE, [batchId, chunk]);
  return isOurs ? { batchId, chunk } : undefined;
}
