import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstPage,
  NO_ITEMS,
  withChanged,
  withNewest,
  withOlder,
  withoutItems,
} from '../../../../../infra/local/acs-emulator/page/list/store.ts';
import { fakeItem, fakePage, sequencesOf } from './fakeItems.ts';

const SEVEN_AND_FIVE = firstPage(fakePage([7, 5], { total: 4, next: 5 }));

describe('changed items', () => {
  test('new ones are in their places, and counted', () => {
    const items = withChanged(SEVEN_AND_FIVE, [fakeItem(6), fakeItem(9), fakeItem(8)]);
    expect(sequencesOf(items)).toEqual([9, 8, 7, 6, 5]);
    expect(items.total).toBe(7);
  });

  test('take the place of what they were before', () => {
    const items = withChanged(SEVEN_AND_FIVE, [fakeItem(5, { revision: 10, status: 'Failed' })]);
    expect(items.loaded.map(({ status }) => status)).toEqual(['Delivered', 'Failed']);
    expect(items.total).toBe(4);
  });

  test('do not if what is shown is more recent, also among several of one item', () => {
    const [newer, older] = [fakeItem(8, { revision: 12, status: 'Failed' }), fakeItem(8, { revision: 11 })];
    const items = withChanged(withChanged(SEVEN_AND_FIVE, [newer, older]), [fakeItem(7, { revision: 6, status: 'x' })]);
    expect(items.loaded.map(({ status }) => status)).toEqual(['Failed', 'Delivered', 'Delivered']);
  });

  test('are left out while items of their age are not loaded', () => {
    expect(sequencesOf(withChanged(SEVEN_AND_FIVE, [fakeItem(4, { revision: 20 })]))).toEqual([7, 5]);
    const complete = firstPage(fakePage([7, 5]));
    expect(sequencesOf(withChanged(complete, [fakeItem(4, { revision: 20 })]))).toEqual([7, 5, 4]);
  });

  test('any number of them, in any order, leaves each item once, newest first, in its latest revision', () => {
    const change = fc.record({ sequence: fc.integer({ min: 1, max: 20 }), revision: fc.integer({ min: 1, max: 99 }) });
    fc.assert(
      fc.property(fc.array(fc.array(change)), (batches) => {
        const items = batches.reduce(
          (before, batch) =>
            withChanged(
              before,
              batch.map((it) => fakeItem(it.sequence, it)),
            ),
          NO_ITEMS,
        );
        const latest = new Map<number, number>();
        for (const { sequence, revision } of batches.flat()) {
          latest.set(sequence, Math.max(latest.get(sequence) ?? 0, revision));
        }
        const expected = [...latest].sort(([a], [b]) => b - a);
        expect(items.loaded.map(({ sequence, revision }) => [sequence, revision])).toEqual(expected);
        expect(items.total).toBe(latest.size);
      }),
    );
  });
});

test('older items follow those that are loaded, without repetition', () => {
  const items = withOlder(SEVEN_AND_FIVE, fakePage([5, 4, 2], { total: 4 }));
  expect(items).toMatchObject({ total: 4, next: undefined });
  expect(sequencesOf(items)).toEqual([7, 5, 4, 2]);
});

describe('the newest items again', () => {
  test('take the place of those of their age', () => {
    const before = firstPage(fakePage([9, 8, 7, 3, 2], { total: 6, next: 2 }));
    const items = withNewest(before, fakePage([10, 9, 7], { total: 7, next: 7 }));
    expect(sequencesOf(items)).toEqual([10, 9, 7, 3, 2]);
    expect(items).toMatchObject({ total: 7, next: 2 });
  });

  test('are all if there are no older ones', () => {
    const before = firstPage(fakePage([9, 8, 7], { next: 7 }));
    const items = withNewest(before, fakePage([9]));
    expect(sequencesOf(items)).toEqual([9]);
    expect(items).toMatchObject({ total: 1, next: undefined });
  });

  test('leave out older ones if others may be between them', () => {
    const items = withNewest(firstPage(fakePage([9, 8])), fakePage([12, 11], { total: 5, next: 11 }));
    expect(sequencesOf(items)).toEqual([12, 11]);
    expect(items.next).toBe(11);
  });

  test('continue after the page if nothing older was loaded', () => {
    expect(withNewest(firstPage(fakePage([9])), fakePage([10, 9], { total: 5, next: 9 })).next).toBe(9);
  });
});

test('removed items disappear and are no longer counted, loaded or not', () => {
  const items = withoutItems(SEVEN_AND_FIVE, [
    { channel: 'sms', id: 'id-7' },
    { channel: 'sms', id: 'id-1' },
  ]);
  expect(sequencesOf(items)).toEqual([5]);
  expect(items.total).toBe(2);
  expect(sequencesOf(withoutItems(SEVEN_AND_FIVE, [{ channel: 'email', id: 'id-7' }]))).toEqual([7, 5]);
});
