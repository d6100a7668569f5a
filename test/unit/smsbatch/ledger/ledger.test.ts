import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChunkState, type RecipientResult, tallyOf } from '../../../../shared/smsbatch/ledger/chunks.ts';
import { addTally, NOTHING } from '../../../../shared/smsbatch/ledger/counters.ts';
import { createLedger, type Ledger } from '../../../../shared/smsbatch/ledger/ledger.ts';
import type { Tables } from '../../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../../setup/memoryStorage.ts';

const BATCH = 'batch';
const accepted: RecipientResult = ['accepted', 'Outgoing_1'];

const fresh = (size = 2): ChunkState => ({
  ...{ state: 'sending', wakeOn: 1, firstSent: 1, doubtful: false, failedTries: 0, postponed: 0, redrive: 0 },
  results: new Array<null>(size).fill(null),
});
const done: ChunkState = { ...fresh(), state: 'done', results: [accepted, accepted] };

async function open(ledger: Ledger, chunk: number) {
  const stored = await ledger.open(BATCH, chunk, fresh());
  if (!stored) throw new Error('The row stands already.');
  return stored;
}

async function chunksOf(ledger: Ledger, from = 0, before = 1_000_000): Promise<number[]> {
  const chunks: number[] = [];
  for await (const { chunk } of ledger.chunks(BATCH, from, before)) chunks.push(chunk);
  return chunks;
}

test('a chunk’s row is added once', async () => {
  const ledger = createLedger(new MemoryStorage().tables);
  const opened = await Promise.all([1, 2, 3].map(() => ledger.open(BATCH, 7, fresh())));
  expect(opened.filter((it) => it !== undefined)).toHaveLength(1);
  expect(await ledger.get(BATCH, 7)).toEqual(opened.find((it) => it !== undefined));
  expect(await ledger.get(BATCH, 8)).toBeUndefined();
});

test('a writer with an old ETag writes neither the chunk nor the counters', async () => {
  const ledger = createLedger(new MemoryStorage().tables);
  const stored = await open(ledger, 0);
  expect(await ledger.settle(BATCH, stored, done, tallyOf(done.results))).toBeDefined();
  expect(await ledger.settle(BATCH, stored, done, tallyOf(done.results))).toBeUndefined();
  expect(await ledger.update(BATCH, stored, fresh())).toBeUndefined();
  expect(await ledger.tally(BATCH)).toEqual({ ...NOTHING, accepted: 2 });
  expect((await ledger.get(BATCH, 0))?.state).toEqual(done);
});

test('of many concurrent writers of one chunk, one is counted', async () => {
  const ledger = createLedger(new MemoryStorage().tables);
  const stored = await open(ledger, 0);
  const all = await Promise.all([1, 2, 3, 4].map(() => ledger.settle(BATCH, stored, done, tallyOf(done.results))));
  expect(all.filter((it) => it !== undefined)).toHaveLength(1);
  expect(await ledger.tally(BATCH)).toMatchObject({ accepted: 2 });
});

test('chunks settled concurrently by several processes are all counted', async () => {
  const { tables } = new MemoryStorage();
  const ledgers = [createLedger(tables), createLedger(tables)] as const;
  await Promise.all(
    Array.from({ length: 40 }, async (_, chunk) => {
      const ledger = ledgers[chunk % 2 === 0 ? 0 : 1];
      await ledger.settle(BATCH, await open(ledger, chunk), done, tallyOf(done.results));
    }),
  );
  expect(await ledgers[0].tally(BATCH)).toEqual({ ...NOTHING, accepted: 80 });
});

/** Tables on which every other transaction has a special fate after it was done. */
function disturbed(tables: Tables, disturb: () => undefined): Tables {
  let count = 0;
  return {
    backOff: tables.backOff,
    table: (name) => {
      const table = tables.table(name);
      const bound = {
        get: table.get.bind(table),
        insert: table.insert.bind(table),
        replace: table.replace.bind(table),
        merge: table.merge.bind(table),
        list: table.list.bind(table),
        nextPartition: table.nextPartition.bind(table),
        remove: table.remove.bind(table),
      };
      return {
        ...bound,
        transact: async (partition, changes) => {
          const etags = await table.transact(partition, changes);
          count += 1;
          return count % 2 === 1 ? disturb() : etags;
        },
      };
    },
  };
}

const losing = (tables: Tables) =>
  disturbed(tables, () => {
    throw new Error('the answer is lost');
  });

test('after a lost answer the counters are correct, and the affected counter row is not used again', async () => {
  const ledger = createLedger(losing(new MemoryStorage().tables));
  for (let chunk = 0; chunk < 6; chunk += 1) {
    await ledger.settle(BATCH, await open(ledger, chunk), done, tallyOf(done.results)).catch(() => undefined);
  }
  expect(await ledger.tally(BATCH)).toEqual({ ...NOTHING, accepted: 12 });
});

test('after a transaction for which the SDK’s own retry reported a conflict, the counters are correct, too', async () => {
  const ledger = createLedger(disturbed(new MemoryStorage().tables, () => undefined));
  for (let chunk = 0; chunk < 6; chunk += 1) {
    await ledger.settle(BATCH, await open(ledger, chunk), done, tallyOf(done.results));
  }
  expect(await ledger.tally(BATCH)).toEqual({ ...NOTHING, accepted: 12 });
});

test('repeated conflicts leave no counter rows behind', async () => {
  const { tables } = new MemoryStorage();
  const ledger = createLedger(tables);
  const stored = await open(ledger, 0);
  for (let time = 0; time < 5; time += 1) await ledger.settle(BATCH, stored, done, tallyOf(done.results));
  await ledger.settle(BATCH, await open(ledger, 1), done, tallyOf(done.results));
  const counters: string[] = [];
  for await (const { rowKey } of tables.table('smschunks').list(BATCH, { from: 'count-', before: 'count.' })) {
    counters.push(rowKey);
  }
  expect(counters).toHaveLength(1);
  expect(await ledger.tally(BATCH)).toEqual({ ...NOTHING, accepted: 4 });
});

test('lists chunks in order within a range, and their states without the results', async () => {
  const ledger = createLedger(new MemoryStorage().tables);
  for (const chunk of [10, 2, 9, 100]) await open(ledger, chunk);
  await ledger.settle(BATCH, await open(ledger, 5), done, NOTHING);
  expect(await chunksOf(ledger)).toEqual([2, 5, 9, 10, 100]);
  expect(await chunksOf(ledger, 5, 100)).toEqual([5, 9, 10]);
  const states: unknown[] = [];
  for await (const it of ledger.chunkStates(BATCH, 10)) states.push(it);
  expect(states).toEqual([
    { chunk: 2, state: 'sending', wakeOn: 1 },
    { chunk: 5, state: 'done', wakeOn: 1 },
    { chunk: 9, state: 'sending', wakeOn: 1 },
  ]);
});

test('batches are independent of each other', async () => {
  const ledger = createLedger(new MemoryStorage().tables);
  await ledger.settle(BATCH, await open(ledger, 0), done, tallyOf(done.results));
  expect(await ledger.tally('other')).toEqual(NOTHING);
  expect(await ledger.get('other', 0)).toBeUndefined();
});

test('the counters are the sum of all changes, down as well as up', async () => {
  const change = fc.record({
    accepted: fc.integer({ min: -9, max: 9 }),
    failed: fc.nat(9),
    inDoubt: fc.nat(9),
    optedOut: fc.nat(9),
    delivered: fc.nat(9),
    undelivered: fc.nat(9),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 20 }), async (changes) => {
      const ledger = createLedger(new MemoryStorage().tables);
      for (const [chunk, it] of changes.entries()) await ledger.settle(BATCH, await open(ledger, chunk), done, it);
      expect(await ledger.tally(BATCH)).toEqual(changes.reduce(addTally, NOTHING));
    }),
    { numRuns: 30 },
  );
});
