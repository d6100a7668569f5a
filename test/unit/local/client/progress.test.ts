import { expect, test } from 'vitest';
import {
  findingsText,
  missingReportsText,
  progressLine,
  summaryText,
} from '../../../../infra/local/client/progress.ts';
import { smsBatch } from '../../../../shared/contract/examples.ts';
import { smsBatch as schema } from '../../../../shared/contract/smsBatch.ts';

const batch = schema.parse({
  ...smsBatch,
  invalid: { count: 12, first: [{ line: 4, value: '+1425', reason: 'is too short' }] },
  emptyPlaceholders: { count: 1, first: [{ line: 3, placeholder: 'name' }] },
});

test('lists the lines of invalid rows and empty placeholders, and the number of further ones', () => {
  expect(findingsText(batch)).toEqual(["  line 4: '+1425' is too short", '  … 11 more', '  line 3: {{name}} is empty']);
  expect(findingsText(batch, 0)).toEqual(['  … 12 more', '  … 1 more']);
});

test('the summary counts them', () => {
  expect(summaryText(batch)).toContain('12 invalid rows left out');
  expect(summaryText(batch)).toContain('1 sent with an empty placeholder');
});

test('one of something is in the singular', () => {
  const invalid = { ...batch.invalid, count: 1 };
  const segments = { ...batch.segments, total: 1 };
  const counts = { ...batch.counts, total: 1 };
  const summary = summaryText({ ...batch, invalid, duplicates: 1, segments, counts });
  expect(summary).toMatch(/: 1 recipient, 1 segment \(.*^ {2}1 duplicate left out\n {2}1 invalid row left out$/ms);
});

test('a batch that an older Switchboard accepted has no line about placeholders', () => {
  const { emptyPlaceholders: _, ...older } = batch;
  expect(findingsText(older)).toHaveLength(2);
  expect(summaryText(older)).not.toContain('placeholder');
});

test('progress shows the estimated time of completion while recipients are pending', () => {
  const sending = {
    ...batch,
    counts: { ...batch.counts, pending: 1 },
    estimatedCompletionOn: '2026-01-15T08:31:00.000Z',
  };
  expect(progressLine(sending, [])).toMatch(/ {2}ends about .*\d\d:\d\d/);
  expect(progressLine({ ...sending, counts: { ...batch.counts, pending: 0 } }, [])).not.toContain('ends about');
  const scheduled = { ...sending, state: 'scheduled', sendAt: '2026-01-15T08:30:00.000Z' } as const;
  expect(progressLine(scheduled, [])).toMatch(/ {2}starts .* {2}ends about /);
});

test('delivery reports are missing until there is one for each accepted recipient', () => {
  const counts = { ...batch.counts, accepted: 5, delivered: 3, undelivered: 1 };
  expect(missingReportsText({ counts })).toBe('Delivery reports are still arriving: 4 of 5 so far.');
  expect(missingReportsText({ counts: { ...counts, undelivered: 2 } })).toBeUndefined();
});
