import type { Call } from '../http/route.ts';
import { badRequest } from './chatErrors.ts';

const MAXIMUM_PAGE_SIZE = 200;

/** One page of a list and where the next one begins. */
export interface Page<T> {
  readonly value: readonly T[];
  /** The query parameter of the next page; absent on the last. */
  readonly next?: readonly [name: 'skip' | 'syncState', value: string];
}

/** Returns the page after `skip` items, for participants and receipts. */
export function pageBySkip<T>(call: Call, all: readonly T[]): Page<T> {
  const skip = wholeNumber(call, 'skip', 0) ?? 0;
  const end = skip + pageSize(call);
  const value = all.slice(skip, end);
  return end < all.length ? { value, next: ['skip', String(end)] } : { value };
}

/**
 * Returns the page below the position in `syncState`, for lists that grow at their head: items that arrive between two
 * requests do not shift the pages.
 *
 * @param newestFirst sorted by descending position
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

/** `{ value, nextLink? }`; the link is absolute and keeps the caller's parameters. */
export function writePage<T>(call: Call, path: string, page: Page<T>, write: (item: T) => object): object {
  const value = page.value.map(write);
  if (!page.next) return { value };
  const query = new URLSearchParams([page.next as [string, string]]);
  for (const name of ['startTime', 'maxPageSize']) {
    const requested = call.query.get(name);
    if (requested !== null) query.set(name, requested);
  }
  query.set('api-version', call.apiVersion);
  return { value, nextLink: `${call.baseUrl}${path}?${query}` };
}

/** Reads `startTime` in epoch milliseconds; 0 if absent. */
export function readStartTime(call: Call): number {
  const text = call.query.get('startTime');
  if (text === null) return 0;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw badRequest('startTime', 'startTime must be a date and time.');
  return time;
}

function pageSize(call: Call): number {
  return Math.min(wholeNumber(call, 'maxPageSize', 1) ?? MAXIMUM_PAGE_SIZE, MAXIMUM_PAGE_SIZE);
}

function wholeNumber(call: Call, name: string, minimum: number): number | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value < minimum) throw badRequest(name, `${name} must be a whole number from ${minimum}.`);
  return value;
}

function readSyncState(call: Call): number | undefined {
  const text = call.query.get('syncState');
  if (text === null) return undefined;
  const position = /^below:(\d+)$/.exec(Buffer.from(text, 'base64url').toString())?.[1];
  if (position === undefined) throw badRequest('syncState', 'syncState was not issued by this service.');
  return Number(position);
}

function writeSyncState(position: number): string {
  return Buffer.from(`below:${position}`).toString('base64url');
}
