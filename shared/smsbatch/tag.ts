import type { Batch } from './batch.ts';

/** Where a message of a batch comes from. */
export interface Origin {
  readonly batchId: string;
  readonly chunk: number;
}

/** By which delivery reports find their batch and chunk; the caller's own tag follows. */
export function tagOf({ id, options }: Pick<Batch, 'id' | 'options'>, chunk: number): string {
  return [`${id}/${chunk}`, options.tag].filter((part) => part !== undefined).join(' ');
}

const TAG = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,7})(?: |$)/;

/** Undefined for a tag that no batch has made. */
export function readTag(tag: string): Origin | undefined {
  const [, batchId, chunk] = TAG.exec(tag) ?? [];
  return batchId === undefined ? undefined : { batchId, chunk: Number(chunk) };
}
