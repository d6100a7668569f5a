import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  groupedRows,
  heightOf,
  offsetsOf,
  partnersOf,
  plainRows,
  type Row,
  rowAt,
  windowOf,
} from '../../../../../infra/local/acs-emulator/page/list/rows.ts';
import { fakeItem } from './fakeItems.ts';

const shown = (rows: readonly Row[]) => rows.map((row) => (row.kind === 'group' ? `# ${row.name}` : row.item.id));

describe('partners of', () => {
  test.each([
    ['a sent message: its recipients', {}, ['+14255550123']],
    ['a received message: the phone', { direction: 'received', from: '+1425', to: ['+1800'] }, ['+1425']],
    ['an email message: each recipient once', { to: ['a@b.c', 'd@e.f', 'a@b.c'] }, ['a@b.c', 'd@e.f']],
    ['something without recipients: its sender', { from: 'sendSms', to: [] }, ['sendSms']],
  ] as const)('%s', (_, parts, partners) => {
    expect(partnersOf(fakeItem(1, parts as Parameters<typeof fakeItem>[1]))).toEqual(partners);
  });
});

describe('groups', () => {
  const items = [
    fakeItem(4, { to: ['b'] }),
    fakeItem(3, { to: ['a'] }),
    fakeItem(2, { to: ['b', 'c'] }),
    fakeItem(1, { to: ['a'] }),
  ];

  test('begin with that of the newest item', () => {
    const rows = groupedRows(items, new Set());
    expect(shown(rows)).toEqual(['# b', 'id-4', 'id-2', '# a', 'id-3', 'id-1', '# c', 'id-2']);
    expect(rows[0]).toMatchObject({ count: 2, position: 1, size: 3 });
    expect(rows[2]).toMatchObject({ position: 2, size: 2 });
  });

  test('have rows with different keys, also for an item in two groups', () => {
    const keys = groupedRows(items, new Set()).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('that are closed show no items', () => {
    expect(shown(groupedRows(items, new Set(['b', 'c'])))).toEqual(['# b', '# a', 'id-3', 'id-1', '# c']);
  });
});

test('a plain row has its place among all items, loaded or not', () => {
  expect(plainRows([fakeItem(2), fakeItem(1)], 9)[1]).toMatchObject({ position: 2, size: 9 });
});

describe('rows in view', () => {
  const rowsOf = (kinds: readonly boolean[]) =>
    kinds.map((isGroup, index): Row => {
      const [row] = isGroup ? groupedRows([fakeItem(index)], new Set()) : plainRows([fakeItem(index)], 1);
      return row as Row;
    });

  test('are those that overlap it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1 }),
        fc.nat(5000),
        fc.integer({ min: 1, max: 900 }),
        (kinds, top, height) => {
          const rows = rowsOf(kinds);
          const { start, end } = windowOf(offsetsOf(rows), top, height);
          let offset = 0;
          rows.forEach((row, index) => {
            const overlaps = offset < top + height && offset + heightOf(row) > top;
            if (overlaps) expect([start <= index, index < end]).toEqual([true, true]);
            offset += heightOf(row);
          });
          expect(end - start).toBeLessThanOrEqual(Math.ceil(height / heightOf(rowsOf([true])[0] as Row)) + 16);
        },
      ),
    );
  });

  test('are none of an empty list', () => {
    expect(windowOf(offsetsOf([]), 0, 500)).toEqual({ start: 0, end: 0 });
  });

  test('a row is found by the distance from the top', () => {
    const offsets = offsetsOf(plainRows([fakeItem(3), fakeItem(2), fakeItem(1)], 3));
    const height = offsets[1] ?? 0;
    expect([0, height - 1, height, 2 * height, 99_999].map((it) => rowAt(offsets, it))).toEqual([0, 0, 1, 2, 2]);
  });
});
