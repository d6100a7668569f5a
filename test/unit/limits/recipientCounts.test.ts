import { expect, test } from 'vitest';
import { createRecipientCounts, dayOf, secondsToNextDay } from '../../../shared/limits/recipientCounts.ts';
import { serverSecretOf } from '../../../shared/secret/serverSecret.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');
const TODAY = dayOf('shop', NOW);
const LIMIT = 3;

let marks = 0;

/** Of a request that is different from all others. */
function counting() {
  marks += 1;
  return { limit: LIMIT, mark: `m${marks}` };
}

function processes(count: number) {
  const { tables } = new MemoryStorage();
  const secret = async () => serverSecretOf(Buffer.alloc(32, 7));
  return Array.from({ length: count }, () => createRecipientCounts(tables, secret));
}

const numbers = Array.from({ length: 300 }, (_, index) => `+1425555${String(index).padStart(4, '0')}`);

async function hashes(texts: readonly string[], client = 'shop') {
  const [counts] = processes(1);
  const hash = await counts?.hasher(client);
  return texts.map((text) => hash?.(text) ?? '');
}

test('a hash says nothing about the number, and is another one for another client', async () => {
  const [one = ''] = await hashes(numbers.slice(0, 1));
  const [other = ''] = await hashes(numbers.slice(0, 1), 'desk');
  expect(one).toMatch(/^[\w-]{12}$/);
  expect(other).not.toBe(one);
  expect(new Set(await hashes(numbers)).size).toBe(numbers.length);
});

test.each([1, 4])('each recipient is counted up to its limit, with %i processes at the same time', async (count) => {
  const stores = processes(count);
  const list = await hashes(numbers.slice(0, 5));
  const adds = Array.from({ length: 20 }, (_, index) => stores[index % count]?.add(TODAY, list, counting()));
  const refused = await Promise.all(adds);
  for (const index of list.keys()) {
    expect(refused.filter((it) => !it?.refused.has(index))).toHaveLength(LIMIT);
  }
});

test('long lists are counted as short ones are, over many rows', async () => {
  const [counts] = processes(1);
  const list = await hashes(numbers);
  for (let time = 1; time <= LIMIT; time += 1)
    expect((await counts?.add(TODAY, list, counting()))?.refused).toEqual(new Set());
  expect(await counts?.atLimit(TODAY, counting())).toEqual(new Set(list));
  expect((await counts?.add(TODAY, list.slice(0, 7), counting()))?.refused).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
});

test('what is taken back can be counted again; a recipient twice in a list counts twice', async () => {
  const [counts] = processes(1);
  const [one = '', other = ''] = await hashes(numbers.slice(0, 2));
  expect((await counts?.add(TODAY, [one, one, one, one, other], counting()))?.refused).toEqual(new Set([3]));
  await counts?.subtract(TODAY, [one], 'another');
  expect((await counts?.add(TODAY, [one, one], counting()))?.refused).toEqual(new Set([1]));
});

test('another day begins at midnight in UTC', async () => {
  const [counts] = processes(1);
  const [one = ''] = await hashes(numbers.slice(0, 1));
  const last = Date.parse('2026-01-15T23:59:59Z');
  for (let time = 0; time < LIMIT; time += 1) await counts?.add(dayOf('shop', last), [one], counting());
  expect((await counts?.add(dayOf('shop', last), [one], counting()))?.refused).toEqual(new Set([0]));
  expect((await counts?.add(dayOf('shop', last + 1000), [one], counting()))?.refused).toEqual(new Set());
  expect(secondsToNextDay(last)).toBe(1);
});
