import { expect, test } from 'vitest';
import { forgetOldRecords, type RetentionFacts } from '../../../shared/retention/forget.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { batchOf, CLIENT, FROM, ID, numbers, rig, send, split } from '../smsbatch/fixtures.ts';

const DAY = 86_400_000;

function factsOf({ context, storage }: ReturnType<typeof rig>): RetentionFacts {
  const tables = new Map([
    ['answers', 30],
    ['never', 30],
    ['audit', 365],
  ]);
  return { storage, tables, smsBatches: context, days: 30, now: context.now };
}

const chunkRows = async ({ context }: ReturnType<typeof rig>) => {
  const rows: unknown[] = [];
  for await (const row of context.ledger.chunks(ID, 0, 100)) rows.push(row);
  return rows.length;
};

test('rows that nobody has written for long enough are forgotten, others are not', async () => {
  const it = rig();
  const table = it.storage.tables.table('answers');
  await table.insert('a', 'old', {});
  await table.insert('b', 'touched', {});
  it.now += 20 * DAY;
  const row = await table.get('b', 'touched');
  if (row) await table.replace('b', row);
  it.now += 11 * DAY;
  await table.insert('c', 'new', {});
  await forgetOldRecords(factsOf(it));
  const kept = await Promise.all([table.get('a', 'old'), table.get('b', 'touched'), table.get('c', 'new')]);
  expect(kept.map((found) => found?.rowKey)).toEqual([undefined, 'touched', 'new']);
});

test('a table that cannot be read keeps none of the others, and is logged', async () => {
  const it = rig();
  await it.storage.tables.table('never').insert('a', 'old', {});
  it.now += 31 * DAY;
  const { of } = it.storage.oldRows;
  const oldRows = {
    of: (name: string, than: Date) => {
      if (name === 'answers') throw new Error('storage is down');
      return of(name, than);
    },
  };
  const lines: string[] = [];
  const facts = factsOf(it);
  await withFailureLog(
    (what, error) => void lines.push(`${what}: ${String(error)}`),
    () => forgetOldRecords({ ...facts, storage: { ...facts.storage, oldRows } }),
  );
  expect(lines).toEqual(['Old rows of the table answers cannot be deleted: Error: storage is down']);
  expect(await it.storage.tables.table('never').get('a', 'old')).toBeUndefined();
});

test('a batch is forgotten with its account, once it is over for long enough', async () => {
  const it = rig({ [FROM]: 60_000 });
  await split(it, { recipients: numbers(250) });
  for (const chunk of [0, 1, 2]) await send(it, chunk);
  await recoverAbandonedBatches(it.context);
  expect(await batchOf(it)).toMatchObject({ state: 'completed' });
  it.now += 29 * DAY;
  await forgetOldRecords(factsOf(it));
  expect(await chunkRows(it)).toBe(3);
  it.now += 2 * DAY;
  await forgetOldRecords(factsOf(it));
  expect(await chunkRows(it)).toBe(0);
  expect(await it.context.batches.get(CLIENT, ID)).toBeUndefined();
  expect(await it.context.batches.ownerOf(ID)).toBeUndefined();
  expect((await it.context.batches.list(CLIENT, undefined)[Symbol.asyncIterator]().next()).done).toBe(true);
});

test('a batch that is still under way is kept, however old it is', async () => {
  const it = rig({ [FROM]: 60_000 });
  await split(it, { recipients: numbers(250) });
  await send(it, 0);
  it.now += 400 * DAY;
  await forgetOldRecords(factsOf(it));
  expect(await chunkRows(it)).toBe(1);
  expect(await batchOf(it)).toMatchObject({ state: 'running' });
});
