import { type SignedHeader, stringToSign } from '../../../shared/signing/canonical.ts';
import type { SigningKey } from '../../../shared/signing/sign.ts';

/** What a signature is made over. */
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

/** What is wrong with a signed request; `nothing`: its signature is the one that we would have made. */
export type Part = 'header' | 'method' | 'path' | 'query' | 'date' | 'host' | 'body' | 'key' | 'signature' | 'nothing';

/** A key that may have signed. */
export interface KnownKey {
  /** e.g. `the client 'shop'` */
  readonly owner: string;
  readonly key: SigningKey;
  /** Whether it is the one that should have signed. */
  readonly isExpected: boolean;
}

/** Something that a client may have done in another way than we do. */
export interface Deviation {
  readonly part: Part;
  /** What was done, as the end of the sentence "The client signed …". */
  readonly what: string;
  /** The way out. */
  readonly remedy: string;
  readonly parts: SignedParts;
  /** The string to sign, where it is not made of the parts as ours is. */
  readonly text?: string;
}

export function textOf({ method, target, date, host, contentHash, more }: SignedParts): string {
  return stringToSign(method, target, date, host, contentHash, more);
}

/** Path and query of a target, the query without its mark; undefined where there is none. */
export function splitTarget(target: string): { readonly path: string; readonly query: string | undefined } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: undefined } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

export function joinTarget(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}?${query}`;
}
