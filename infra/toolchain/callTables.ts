import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Counted and compared by test/calls/calls.test.ts, which writes this file with `-u`. */
const COUNTED = 'test/calls/calls.json';

const PRICES = 'test/infra/data/storagePrices.json';

const counts = z.record(z.string(), z.int());
const rows = z.record(z.string(), counts);
const counted = z.object({
  operations: z.record(
    z.string(),
    z.object({ overHttp: counts, withKey: counts.optional(), byQueue: counts.optional() }),
  ),
  messages: rows,
  batches: rows,
  timers: rows,
  other: rows,
});

const prices = z.object({
  calls: z.number(),
  queues: z.object({ class1: z.number() }),
  blobs: z.object({
    ...{ read: z.number(), write: z.number(), listAndCreateContainer: z.number() },
    ...{ other: z.number(), delete: z.number() },
  }),
  tables: z.object({ any: z.number() }),
});

type Counts = Readonly<Record<string, number>>;

interface Column {
  readonly head: string;
  /** The kinds of calls that it adds up. */
  readonly kinds: readonly string[];
}

const TABLES: readonly Column[] = [
  { head: 'table reads', kinds: ['tableRead'] },
  { head: 'queries', kinds: ['tableQuery'] },
  { head: 'writes', kinds: ['tableWrite'] },
  { head: 'transactions', kinds: ['tableTransaction'] },
];
const QUEUES: readonly Column[] = [
  { head: 'queue puts', kinds: ['queuePut'] },
  { head: 'gets', kinds: ['queueGet', 'queueOther'] },
  { head: 'deletes', kinds: ['queueDelete'] },
];
const BLOBS: readonly Column[] = [
  { head: 'blob reads', kinds: ['blobRead', 'blobOther', 'blobListOrCreate'] },
  { head: 'writes', kinds: ['blobWrite', 'blobDelete'] },
];
const STORAGE = [...TABLES, ...QUEUES, ...BLOBS];

/** The tables of shared/storage/README.md, by the names of their sections. */
export function callSections(): Readonly<Record<string, string>> {
  const { operations, messages, batches, timers, other } = counted.parse(JSON.parse(readFileSync(COUNTED, 'utf8')));
  const price = pricing();
  const perCall = (group: Readonly<Record<string, Counts>>) =>
    Object.entries(group).map(([name, calls]) => [name, calls, 1] as const);
  return {
    'calls-of-messages': callTable('message', perCall(messages), price),
    'calls-of-batches': callTable('batch', batchRows(batches), price),
    'calls-of-timers': callTable('one run of', perCall(timers), price),
    'calls-of-others': callTable('event or request', perCall(other), price),
    'calls-of-operations': table(
      ['operation', 'HTTP', 'with `Idempotency-Key`', 'queue'],
      Object.entries(operations).map(([name, { overHttp, withKey, byQueue }]) => [
        `\`${name}\``,
        ...[overHttp, withKey, byQueue].map((calls) => (calls ? `${storageCalls(calls)} + ${calls['acs'] ?? 0}` : '')),
      ]),
    ),
  };
}

type CallRow = readonly [name: string, calls: Counts, recipients: number];

const SMALL = 'a batch of 1000 recipients';
const LARGE = 'a batch of 5000 recipients';

/** With what each further 1,000 recipients of a large batch cost. */
function batchRows(batches: Readonly<Record<string, Counts>>): readonly CallRow[] {
  const rows = Object.entries(batches).map(([name, calls]): CallRow => [name, calls, recipientsOf(name)]);
  const total = (batch: string) => rows.filter(([name]) => name.startsWith(batch)).map(([, calls]) => calls);
  const further = combine([...total(LARGE), ...total(SMALL).map((calls) => scale(calls, -1))]);
  return [
    ...rows.filter(([, , recipients]) => recipients > 1),
    ['each 1000 recipients more', scale(further, 1 / 4), 1000],
    ...rows.filter(([, , recipients]) => recipients === 1),
  ];
}

function recipientsOf(name: string): number {
  return name.startsWith(SMALL) ? 1000 : name.startsWith(LARGE) ? 5000 : 1;
}

function combine(all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const calls of all) for (const [kind, count] of Object.entries(calls)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

function scale(calls: Counts, factor: number): Counts {
  return Object.fromEntries(Object.entries(calls).map(([kind, count]) => [kind, count * factor]));
}

function storageCalls(calls: Counts): number {
  return Object.entries(calls).reduce((sum, [kind, count]) => (kind === 'acs' ? sum : sum + count), 0);
}

/** Price of some calls of storage, in USD. */
type Pricing = (calls: Counts) => number;

function pricing(): Pricing {
  const { calls: perCalls, queues, blobs, tables } = prices.parse(JSON.parse(readFileSync(PRICES, 'utf8')));
  const ofBlobs: Counts = {
    ...{ blobRead: blobs.read, blobWrite: blobs.write, blobListOrCreate: blobs.listAndCreateContainer },
    ...{ blobOther: blobs.other, blobDelete: blobs.delete },
  };
  const priceOf = (kind: string) => {
    if (kind === 'acs') return 0;
    if (kind.startsWith('table')) return tables.any;
    return kind.startsWith('queue') ? queues.class1 : (ofBlobs[kind] ?? Number.NaN);
  };
  return (calls) => Object.entries(calls).reduce((sum, [kind, count]) => sum + (count * priceOf(kind)) / perCalls, 0);
}

/** Prices are shown for so many messages, recipients, or runs. */
const PRICED = 100_000;

/** Columns without any call are left out. */
function callTable(what: string, list: readonly CallRow[], price: Pricing): string {
  const sum = ({ kinds }: Column, calls: Counts) => kinds.reduce((total, kind) => total + (calls[kind] ?? 0), 0);
  const columns = STORAGE.filter((column) => list.some(([, calls]) => sum(column, calls) > 0));
  return table(
    [what, ...columns.map(({ head }) => head), '**storage**', 'ACS', 'USD for 100,000'],
    list.map(([name, calls, recipients]) => [
      name,
      ...columns.map((column) => count(sum(column, calls))),
      `**${count(storageCalls(calls)) || '0'}**`,
      count(calls['acs'] ?? 0),
      String(Number((price(calls) * (PRICED / recipients)).toPrecision(2))),
    ]),
  );
}

/** Empty for none. */
function count(calls: number): string {
  return calls === 0 ? '' : String(Number(calls.toFixed(1)));
}

function table(head: readonly string[], list: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...list.map(line)].join('\n');
}
