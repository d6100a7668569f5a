import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SmsDeliveryReport } from '../../../../shared/contract/acsEvent.ts';
import { NOTHING } from '../../../../shared/smsbatch/ledger/counters.ts';
import {
  type Deliveries,
  deliveriesValues,
  mergeReports,
  tallyOfDeliveries,
  toDeliveries,
} from '../../../../shared/smsbatch/ledger/deliveries.ts';
import { numbers } from '../fixtures.ts';
import { columnsFit } from './columns.ts';

const NONE: Deliveries = new Map();
const [ANNA = '', BEN = ''] = numbers(2);

function report(more: Partial<SmsDeliveryReport> = {}): SmsDeliveryReport {
  return {
    ...{ messageId: 'm', from: '+1', to: ANNA, tag: '', status: 'Failed', details: '', receivedOn: 1 },
    ...more,
  };
}

const reports = fc.array(
  fc
    .record({
      to: fc.constantFrom(ANNA, BEN),
      status: fc.constantFrom('Delivered' as const, 'Failed' as const),
      details: fc.constantFrom('a', 'b', 'c'.repeat(100)),
      receivedOn: fc.nat(3),
    })
    .map(report),
  { maxLength: 10 },
);

test('the result does not depend on order, grouping and repetition of the reports', () => {
  const cases = reports.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all]), fc.nat(20)));
  fc.assert(
    fc.property(cases, ([all, some, cut]) => {
      const once = mergeReports(NONE, all);
      const again = [...some, ...all.toReversed()];
      expect(mergeReports(mergeReports(NONE, again.slice(0, cut)), again.slice(cut))).toEqual(once);
      expect(mergeReports(once, all)).toBe(once);
    }),
  );
});

test.each<[string, Partial<SmsDeliveryReport>, Partial<SmsDeliveryReport>]>([
  ['a delivery before a later failure', { status: 'Delivered', receivedOn: 1 }, { receivedOn: 2 }],
  ['the later of two failures', { receivedOn: 2, details: 'a' }, { receivedOn: 1, details: 'b' }],
])('%s', (_, one, other) => {
  const counting = mergeReports(NONE, [report(one)]);
  expect(mergeReports(counting, [report(other)])).toBe(counting);
  expect(mergeReports(NONE, [report(other), report(one)])).toEqual(counting);
});

test('counts each number once', () => {
  const deliveries = mergeReports(NONE, [report(), report({ status: 'Delivered' }), report({ to: BEN })]);
  expect(tallyOfDeliveries(deliveries)).toEqual({ ...NOTHING, delivered: 1, undelivered: 1 });
});

test.each(['漢', '"', '\n', '\u0000', '😀'])(
  'a full chunk with the longest details fits into a row: %j',
  (character) => {
    const details = character.repeat(1000);
    const full = mergeReports(
      NONE,
      numbers(1000).map((to) => report({ to, details, receivedOn: Date.parse('2026-01-15T08:30:00Z') })),
    );
    const values = deliveriesValues(full);
    expect(columnsFit(values)).toBe(true);
    expect(toDeliveries(values)).toEqual(full);
  },
);

test('reports stored by an older version are read', () => {
  const known = mergeReports(NONE, [report({ details: 'a' })]);
  const { reports0: text } = deliveriesValues(known);
  expect(toDeliveries({ reports: String(text) })).toEqual(known);
});
