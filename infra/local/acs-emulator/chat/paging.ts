import type { Call } from '../http/route.ts';
import { invalidChatRequest } from './chatRules.ts';

const MAXIMUM_PAGE_SIZE = 200;

/** Which part of a list to answer, and where the rest begins. */
export interface Page<T> {
  readonly value: readonly T[];
  /** The query parameter that leads to the next page; absent on the last. */
  readonly next?: readonly [name: 'skip' | 'syncState', value: string];
}

/** The page after `skip` items, for participants and receipts. */
export function pageBySkip<T>(call: Call, all: readonly T[]): Page<T> {
  const skip = wholeNumber(call, 'skip', 0) ?? 0;
  const end = skip + pageSize(call);
  const value = all.slice(skip, end);
  return end < all.length ? { value, next: ['skip', String(end)] } : { value };
}

/**
 * The page below the position in `syncState`, for lists that are newest first and grow at their head: what arrives
 * between two pages shifts nothing.
 *
 * @param newestFirst sorted by falling position
 */
export function pageByPosition<T>(call: Call, newestFirst: readonly T[], position: (item: T) => number): Page<T> {
  const below = readSyncState(call);
  const rest = below === undefined ? newestFirst : newestFirst.filter((item) => position(item) < below);
  const value = rest.slice(0, pageSize(call));
  const last = value.at(-1);
  return last !== undefined && value.length < rest.length
    ? { value, next: ['syncState', writeSyncState(position(last))] }
    : { value };
}

/** `{ value, nextLink? }`; the link is absolute and repeats what the caller asked for. */
export function writePage<T>(call: Call, path: string, page: Page<T>, write: (item: T) => object): object {
  const value = page.value.map(write);
  if (!page.next) return { value };
  const query = new URLSearchParams([page.next as [string, string]]);
  for (const name of ['startTime', 'maxPageSize']) {
    const asked = call.query.get(name);
    if (asked !== null) query.set(name, asked);
  }
  query.set('api-version', call.apiVersion);
  return { value, nextLink: `${call.baseUrl}${path}?${query}` };
}

/** `startTime` in epoch milliseconds; 0 when it is not asked for. */
export function startTime(call: Call): number {
  const text = call.query.get('startTime');
  if (text === null) return 0;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw invalidChatRequest('startTime', 'startTime must be a date and time.');
  return time;
}

function pageSize(call: Call): number {
  return Math.min(wholeNumber(call, 'maxPageSize', 1) ?? MAXIMUM_PAGE_SIZE, MAXIMUM_PAGE_SIZE);
}

function wholeNumber(call: Call, name: string, minimum: number): number | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value < minimum) throw invalidChatRequest(name, `${name} must be a whole number from ${minimum}.`);
  return value;
}

function readSyncState(call: Call): number | undefined {
  const text = call.query.get('syncState');
  if (text === null) return undefined;
  const position = /^below:(\d+)$/.exec(Buffer.from(text, 'base64url').toString())?.[1];
  if (position === undefined) throw invalidChatRequest('syncState', 'syncState is not one of ours.');
  return Number(position);
}

function writeSyncState(position: number): string {
  return Buffer.from(`below:${position}`).toString('base64url');
}
