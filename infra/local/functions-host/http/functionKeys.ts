import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isFromThisMachine } from '../../requestGuard.ts';
import { StartError } from '../startError.ts';
import type { Target } from './request.ts';

/** Keys by name. The key `_master` is valid for everything, the others for functions of the level `function`. */
export type FunctionKeys = ReadonlyMap<string, string>;

export const masterKeyName = '_master';

/**
 * Reads `name=value` entries.
 *
 * @throws StartError for an entry in another format
 */
export function parseFunctionKeys(entries: readonly string[]): FunctionKeys {
  const keys = new Map<string, string>();
  for (const entry of entries.map((text) => text.trim()).filter(Boolean)) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(entry) ?? [];
    if (!name || !value) throw new StartError('A function key must be written as name=value.');
    keys.set(name, value);
  }
  return keys;
}

/** Whether a request has a key for the level. The `x-functions-key` header takes precedence over `code` in the query. */
export function hasKey(
  keys: FunctionKeys,
  level: 'anonymous' | 'function' | 'admin',
  request: Pick<IncomingMessage, 'headersDistinct'>,
  { query }: Pick<Target, 'query'>,
): boolean {
  const header = request.headersDistinct['x-functions-key']?.[0];
  return isAllowed(level, keys, header, new URLSearchParams(query).get('code'));
}

/**
 * @param header the `x-functions-key` header, which takes precedence
 * @param query the `code` in the query
 */
export function isAllowed(
  level: 'anonymous' | 'function' | 'admin',
  keys: FunctionKeys,
  header: string | undefined,
  query: string | null,
): boolean {
  if (level === 'anonymous') return true;
  const given = Buffer.from(header ?? query ?? '');
  return [...keys].some(([name, value]) => (level === 'function' || name === masterKeyName) && equal(given, value));
}

/** Whether a request may control the host. As in Core Tools, this needs no key on this machine until there is a master key. */
export function mayControl(keys: FunctionKeys, request: IncomingMessage, target: Pick<Target, 'query'>): boolean {
  const level = keys.has(masterKeyName) || !isFromThisMachine(request) ? 'admin' : 'anonymous';
  return hasKey(keys, level, request, target);
}

function equal(given: Buffer, value: string): boolean {
  const key = Buffer.from(value);
  return given.length === key.length && timingSafeEqual(given, key);
}
