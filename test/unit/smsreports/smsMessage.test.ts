import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mergeMessages,
  NOTHING_KNOWN,
  type SmsMessage,
  type SmsReport,
} from '../../../shared/smsreports/smsMessage.ts';
import { message } from './fixtures.ts';

describe('the merge of two states of knowledge', () => {
  test('does not depend on their order', () => {
    fc.assert(
      fc.property(message, message, (a, b) => {
        expect(mergeMessages(a, b)).toEqual(mergeMessages(b, a));
      }),
    );
  });

  test('does not depend on which are merged first', () => {
    fc.assert(
      fc.property(message, message, message, (a, b, c) => {
        expect(mergeMessages(mergeMessages(a, b), c)).toEqual(mergeMessages(a, mergeMessages(b, c)));
      }),
    );
  });

  test('is not changed by a repetition', () => {
    fc.assert(
      fc.property(message, message, (a, b) => {
        expect(mergeMessages(a, a)).toEqual(a);
        const both = mergeMessages(a, b);
        expect(mergeMessages(both, b)).toEqual(both);
        expect(mergeMessages(a, NOTHING_KNOWN)).toEqual(a);
      }),
    );
  });

  test('keeps the objects of the first if the second adds nothing', () => {
    fc.assert(
      fc.property(message, message, (a, b) => {
        const both = mergeMessages(a, b);
        const again = mergeMessages(both, structuredClone(b));
        expect(again.report).toBe(both.report);
        expect(again.sending).toBe(both.sending);
      }),
    );
  });
});

describe('of two reports', () => {
  const report = (status: SmsReport['status'], receivedOn: number, details = ''): SmsMessage => ({
    ...NOTHING_KNOWN,
    report: { status, details, receivedOn },
  });

  test.each([
    ['the one with the status Delivered', report('Delivered', 1), report('Failed', 2)],
    ['the later one', report('Failed', 2), report('Failed', 1)],
    ['the later one', report('Delivered', 2), report('Delivered', 1)],
  ])('%s wins', (_, counts, other) => {
    expect(mergeMessages(other, counts)).toEqual(counts);
    expect(mergeMessages(counts, other)).toEqual(counts);
  });
});
