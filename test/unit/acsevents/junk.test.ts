import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvents } from '../../../shared/acsevents/read.ts';
import { createAcsEvents } from '../../../shared/acsevents/record.ts';
import { cloudEvent, gridEvent, smsReportData } from '../../setup/acsevents.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';

/** What the host may hand over: any JSON value, or the text of what is none. */
const junk = fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.string({ unit: 'binary' }), fc.constant(undefined));

/** A good event in which some members are junk. */
const spoiled = fc
  .tuple(
    fc.constantFrom(gridEvent('smsReport', smsReportData()), cloudEvent('emailReport', smsReportData())),
    fc.dictionary(fc.constantFrom('data', 'topic', 'eventType', 'type', 'source', 'time', '__proto__'), junk, {
      minKeys: 1,
    }),
    fc.dictionary(fc.constantFrom('messageId', 'from', 'to', 'deliveryStatus', 'tag'), junk),
  )
  .map(([event, members, data]) => ({ ...event, data: { ...smsReportData(), ...data }, ...members }));

/** Storage as Azure's is: row keys and texts have limits, and texts are well-formed. */
/** Nobody of ours has sent anything. */
const unknown = async () => 'unknown' as const;

function storedRows() {
  const storage = new MemoryStorage();
  const lines: string[] = [];
  const rows = new Set<string>();
  const { record } = createAcsEvents({
    tables: {
      backOff: storage.tables.backOff,
      table: (name) => {
        const table = storage.tables.table(name);
        return Object.assign(Object.create(table) as typeof table, {
          get: table.get.bind(table),
          insert: (partition: string, rowKey: string, values: Record<string, string>) => {
            expect(rowKey).toMatch(/^[0-9a-f]{32}$/);
            for (const text of Object.values(values)) {
              expect(text.length).toBeLessThanOrEqual(16_000);
              expect(text.isWellFormed()).toBe(true);
            }
            rows.add(`${partition}/${rowKey}`);
            return table.insert(partition, rowKey, values);
          },
        });
      },
    },
    now: () => new Date('2026-01-15T08:30:00Z'),
    sinks: { email: unknown, batch: async () => false, sms: unknown, received: async () => undefined },
    ownResourceId: undefined,
  });
  return { lines, rows, record: (message: unknown) => record(message, (line) => void lines.push(line)) };
}

test('no value is too odd to be read, and junk is dropped', () => {
  fc.assert(
    fc.property(junk, (message) => {
      const reads = readEvents(message);
      expect(reads.length).toBeGreaterThan(0);
      expect(new Set(reads.map(({ kind }) => kind))).toEqual(new Set(['dropped']));
    }),
    { numRuns: 1000 },
  );
});

test('an event with odd members, or an array of such, is read or dropped', () => {
  fc.assert(
    fc.property(fc.oneof(spoiled, fc.array(fc.oneof(spoiled, junk))), (message) => {
      expect(() => readEvents(message)).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});

test('what is dropped makes one row and one line each, whatever it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(junk, spoiled), async (message) => {
      fc.pre(readEvents(message).every(({ kind }) => kind !== 'receivedSms' && kind !== 'ignored'));
      const { lines, rows, record } = storedRows();
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
])('%s is one row and one line', async (_, text) => {
  const { lines, record } = storedRows();
  await record(parsedByHost(text));
  expect(lines).toHaveLength(1);
});

/** As the Functions library does it: what is no JSON stays a text. */
function parsedByHost(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
