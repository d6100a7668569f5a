import type { ServerSecret } from '../secret/serverSecret.ts';
import { isSealOf, sealOf } from '../secret/serverSecret.ts';
import type { Batch } from './batch.ts';
import { isOfOlderVersion } from './send/requestIds.ts';

/** Where a message of a batch comes from. */
export interface Origin {
  readonly batchId: string;
  readonly chunk: number;
}

const PURPOSE = 'tag';

/**
 * By which delivery reports find their batch and chunk; the caller's own tag follows. Any client may send an SMS message
 * with any tag: the seal shows that this one is Switchboard's.
 */
export function tagOf(secret: ServerSecret, { id, options }: Pick<Batch, 'id' | 'options'>, chunk: number): string {
  const own = `${id}/${chunk}/${sealOf(secret, PURPOSE, [id, chunk])}`;
  return [own, options.tag].filter((part) => part !== undefined).join(' ');
}

const TAG = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,7})(?:\/([\w-]{22}))?(?: |$)/;

/** Undefined for a tag that no batch of this installation has made. */
export function readTag(secret: ServerSecret, tag: string): Origin | undefined {
  const [, batchId, number, seal] = TAG.exec(tag) ?? [];
  if (batchId === undefined) return undefined;
  const chunk = Number(number);
  // Older versions made tags without a seal; their batches are over within days of the update.
  const isOurs = seal === undefined ? isOfOlderVersion(batchId) : isSealOf(seal, secret, PURPOSE, [batchId, chunk]);
  return isOurs ? { batchId, chunk } : undefined;
}
