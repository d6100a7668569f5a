import { expect, test } from 'vitest';
import { createSenderStore } from '../../../shared/pacing/senderStore.ts';
import { millisecondsPerRecipient } from '../../../shared/pacing/senderTime.ts';
import { encodeKey } from '../../../shared/storage/rowKeys.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';

const pace = { key: 'My Shop #1/+', ratePerMinute: 600 };
const NOW = 1_000_000;

const stores = () => {
  const { tables } = new MemoryStorage();
  return [createSenderStore(tables, 'senders', () => NOW), createSenderStore(tables, 'senders', () => NOW)] as const;
};

test('a sender that was never used is free', async () => {
  const [store] = stores();
  expect(await store.read(pace)).toEqual({ nextFree: 0, pausedUntil: 0, recent: [] });
  expect(await store.reserve(pace, { recipients: 100 }, NOW)).toBe(NOW);
});

test('many at once, in several processes, get times that follow each other', async () => {
  const all = stores();
  const given = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? all[0] : all[1]).reserve(pace, { recipients: 10 }, NOW),
    ),
  );
  const distance = 10 * millisecondsPerRecipient(pace.ratePerMinute);
  const inOrder = given.sort((a, b) => a - b);
  for (const [index, start] of inOrder.entries()) expect(start).toBeCloseTo(NOW + index * distance);
});

test('senders have times of their own', async () => {
  const [store] = stores();
  await store.reserve(pace, { recipients: 1000 }, NOW);
  expect(await store.reserve({ ...pace, key: 'other' }, { recipients: 1 }, NOW)).toBe(NOW);
});

test('a pause holds for every process, is seen at once in its own, and is never cut short', async () => {
  const [store, other] = stores();
  expect(await store.pausedUntil(pace)).toBe(0);
  await store.pause(pace, NOW + 60_000);
  expect(await store.pausedUntil(pace)).toBe(NOW + 60_000);
  await other.pause(pace, NOW + 1000);
  expect(await other.read(pace)).toMatchObject({ pausedUntil: NOW + 60_000 });
  expect(await other.reserve(pace, { recipients: 1 }, NOW)).toBe(NOW + 60_000);
});

test('several chunks get their times in one write', async () => {
  const { tables } = new MemoryStorage();
  const table = tables.table('senders');
  const { insert, replace } = table;
  let writes = 0;
  Object.assign(table, {
    insert: (...row: Parameters<typeof insert>) => {
      writes += 1;
      return insert.call(table, ...row);
    },
    replace: (...row: Parameters<typeof replace>) => {
      writes += 1;
      return replace.call(table, ...row);
    },
  });
  const store = createSenderStore(tables, 'senders', () => NOW);
  const starts = await store.reserveAll(pace, [{ recipients: 90 }, { recipients: 9 }, { recipients: 90 }], NOW);
  expect(starts).toEqual([NOW, NOW + 10_000, NOW + 11_000]);
  expect(writes).toBe(1);
  const alone = await Promise.all([1, 2, 3, 4].map(() => store.reserve(pace, { recipients: 9 }, NOW)));
  expect(alone).toEqual([21_000, 22_000, 23_000, 24_000].map((later) => NOW + later));
  expect(writes).toBeLessThanOrEqual(3);
});

test('the window holds for every process', async () => {
  const [store, other] = stores();
  const starts: number[] = [];
  for (const recipients of [300, 300, 300, 300]) {
    const start = await (starts.length % 2 === 0 ? store : other).reserve(pace, { recipients }, NOW);
    starts.push(start);
  }
  expect(starts[2]).toBeGreaterThanOrEqual(NOW + 60_000 + 6_500);
  expect(starts[3]).toBeGreaterThanOrEqual((starts[1] ?? 0) + 60_000 + 6_500);
});

test('a row of an older version, which has no starts, is read and written', async () => {
  const { tables } = new MemoryStorage();
  const store = createSenderStore(tables, 'senders', () => NOW);
  await tables.table('senders').insert('sender', encodeKey(pace.key), { nextFree: NOW + 5000, pausedUntil: 7 });
  expect(await store.read(pace)).toEqual({ nextFree: NOW + 5000, pausedUntil: 7, recent: [] });
  expect(await store.reserve(pace, { recipients: 9 }, NOW)).toBe(NOW + 5000);
  const row = await tables.table('senders').get('sender', encodeKey(pace.key));
  expect(row?.values).toMatchObject({ nextFree: NOW + 6000, pausedUntil: 7, recent: expect.any(String) });
});
