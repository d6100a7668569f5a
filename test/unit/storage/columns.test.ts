import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromColumns, toColumns } from '../../../shared/storage/tables.ts';

/** @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
const MAXIMUM_UNITS = 32_768;

test('a long string is split into columns that storage accepts, and never inside of a character', () => {
  const text = fc.record({ shift: fc.constantFrom('', 'a', 'ab'), count: fc.integer({ min: 0, max: 50_000 }) });
  fc.assert(
    fc.property(text, ({ shift, count }) => {
      const long = shift + '😀'.repeat(count);
      const values = toColumns('text', long);
      for (const piece of Object.values(values).map(String)) {
        expect(piece.isWellFormed()).toBe(true);
        expect(piece.length).toBeLessThanOrEqual(MAXIMUM_UNITS);
      }
      expect(fromColumns('text', values)).toBe(long);
    }),
  );
});

test('a string in a single column, as older versions stored it, is read', () => {
  expect(fromColumns('text', { text: 'older' })).toBe('older');
});
