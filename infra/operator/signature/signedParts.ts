import { type SignedHeader, stringToSign } from '../../../shared/signing/canonical.ts';
import type { SigningKey } from '../../../shared/signing/sign.ts';

/** The parts of a request that are signed. */
export interface SignedParts {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly date: string;
  readonly host: string;
  readonly contentHash: string;
  /** The further signed headers. */
  readonly more: readonly SignedHeader[];
}

/** The part of a signed request that is wrong; `nothing`: the signature is correct. */
export type Part = 'header' | 'method' | 'path' | 'query' | 'date' | 'host' | 'body' | 'key' | 'signature' | 'nothing';

/** A key that may have signed. */
export interface KnownKey {
  /** e.g. `the client 'shop'` */
  readonly owner: string;
  readonly key: SigningKey;
  /** Whether this key should have signed. */
  readonly isExpected: boolean;
}

/** A way in which a client may sign differently. */
export interface Deviation {
  readonly part: Part;
  /** What the client did; completes the sentence "The client signed …". */
  readonly what: string;
  /** How to fix it. */
  readonly remedy: string;
  readonly parts: SignedParts;
  /** The string to sign, if it is not composed like ours. */
  readonly text?: string;
}

export function textOf({ method, target, date, host, contentHash, more }: SignedParts): string {
  return stringToSign(method, target, date, host, contentHash, more);
}

/** Splits a target into path and query; the query is without its `?`, or undefined if absent. */
export function splitTarget(target: string): { readonly path: string; readonly query: string | undefined } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: undefined } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

export function joinTarget(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}?${query}`;
}
