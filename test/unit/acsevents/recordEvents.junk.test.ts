import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvents } from '../../../shared/acsevents/readEvents.ts';
import { recordEvents } from '../../../shared/acsevents/recordEvents.ts';
import { cloudEvent, gridEvent, smsReportData } from '../../setup/acsEvents.ts';
import { rig } from './fixtures.ts';

/** What the host may pass on: any JSON value, or the text of a message that is not JSON. */
const junk = fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.string({ unit: 'binary' }), fc.constant(undefined));

/** A valid event in which some members are junk. */
const spoiled = fc
  .tuple(
    fc.constantFrom(gridEvent('smsReport', smsReportData()), cloudEvent('emailReport', smsReportData())),
    fc.dictionary(fc.constantFrom('data', 'topic', 'eventType', 'type', 'source', 'time', '__proto__'), junk, {
      minKeys: 1,
    }),
    fc.dictionary(fc.constantFrom('messageId', 'from', 'to', 'deliveryStatus', 'tag'), junk),
  )
  .map(([event, members, data]) => ({ ...event, data: { ...smsReportData(), ...data }, ...members }));

/** A rig whose table of dropped events checks Azure's limits: of row keys, and of the length and encoding of strings. */
function checkedRig() {
  const rows = new Set<string>();
  const it = rig();
  const { droppedEvents } = it.context;
  const insert: typeof droppedEvents.insert = (partition, rowKey, values) => {
    expect(rowKey).toMatch(/^[0-9a-f]{32}$/);
    for (const text of Object.values(values).map(String)) {
      expect(text.length).toBeLessThanOrEqual(16_000);
      expect(text.isWellFormed()).toBe(true);
    }
    rows.add(`${partition}/${rowKey}`);
    return droppedEvents.insert(partition, rowKey, values);
  };
  const context = { ...it.context, droppedEvents: { ...droppedEvents, insert } };
  const { lines } = it;
  return { lines, rows, record: (message: unknown) => recordEvents(context, message, (line) => void lines.push(line)) };
}

test('any value can be read, and junk is dropped', () => {
  fc.assert(
    fc.property(junk, (message) => {
      const reads = readEvents(message);
      expect(reads.length).toBeGreaterThan(0);
      expect(new Set(reads.map(({ kind }) => kind))).toEqual(new Set(['dropped']));
    }),
    { numRuns: 1000 },
  );
});

test('an event with unexpected members, or an array of such events, is read or dropped', () => {
  fc.assert(
    fc.property(fc.oneof(spoiled, fc.array(fc.oneof(spoiled, junk))), (message) => {
      expect(() => readEvents(message)).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});

test('each dropped event has one row and one log line, whatever it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(junk, spoiled), async (message) => {
      fc.pre(readEvents(message).every(({ kind }) => kind !== 'receivedSms' && kind !== 'ignored'));
      const { lines, rows, record } = checkedRig();
      await record(message);
      expect(lines.map((line) => line.split(' kept=')[1])).toEqual([...rows]);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]{1,500}$/);
    }),
    { numRuns: 300 },
  );
});

test.each<[string, string]>([
  ['64 KB of text', 'x'.repeat(65_536)],
  ['64 KB of a text in JSON', JSON.stringify('x'.repeat(65_000))],
  ['deep nesting', `${'['.repeat(32_000)}${']'.repeat(32_000)}`],
  ['deep nesting of objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['a number', '42'],
  ['nothing', ''],
  ['thousands of numbers', JSON.stringify(Array.from({ length: 10_000 }, (_, index) => index))],
  ['thousands of empty objects', JSON.stringify(Array.from({ length: 16_000 }, () => ({})))],
])('%s has one row and one log line', async (_, text) => {
  const { lines, record } = checkedRig();
  await record(parsedByHost(text));
  expect(lines).toHaveLength(1);
});

/** As the Functions library does it: text that is not JSON stays a string. */
function parsedByHost(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
