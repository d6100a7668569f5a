import { expect, test } from 'vitest';
import { createSenderStore, millisecondsPerRecipient } from '../../../shared/pacing/senderStore.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';

const pace = { key: 'My Shop #1/+', ratePerMinute: 600 };
const NOW = 1_000_000;

const stores = () => {
  const { tables } = new MemoryStorage();
  return [createSenderStore(tables, 'senders', () => NOW), createSenderStore(tables, 'senders', () => NOW)] as const;
};

test('a sender that was never used is free', async () => {
  const [store] = stores();
  expect(await store.read(pace)).toEqual({ nextFree: 0, pausedUntil: 0 });
  expect(await store.reserve(pace, 100, NOW)).toBe(NOW);
});

test('many at once, in several processes, get times that follow each other', async () => {
  const all = stores();
  const given = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? all[0] : all[1]).reserve(pace, 10, NOW)),
  );
  const distance = 10 * millisecondsPerRecipient(pace.ratePerMinute);
  const inOrder = given.sort((a, b) => a - b);
  for (const [index, start] of inOrder.entries()) expect(start).toBeCloseTo(NOW + index * distance);
});

test('senders have times of their own', async () => {
  const [store] = stores();
  await store.reserve(pace, 1000, NOW);
  expect(await store.reserve({ ...pace, key: 'other' }, 1, NOW)).toBe(NOW);
});

test('a pause holds for every process, is seen at once in its own, and is never cut short', async () => {
  const [store, other] = stores();
  expect(await store.pausedUntil(pace)).toBe(0);
  await store.pause(pace, NOW + 60_000);
  expect(await store.pausedUntil(pace)).toBe(NOW + 60_000);
  await other.pause(pace, NOW + 1000);
  expect(await other.read(pace)).toMatchObject({ pausedUntil: NOW + 60_000 });
  expect(await other.reserve(pace, 1, NOW)).toBe(NOW + 60_000);
});
