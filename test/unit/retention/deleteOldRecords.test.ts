import { expect, test } from 'vitest';
import { deleteOldRecords, type RetentionContext } from '../../../shared/retention/deleteOldRecords.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { batchOf, CLIENT, FROM, ID, numbers, rig, send, split } from '../smsbatch/fixtures.ts';

const DAY = 86_400_000;

const RETENTION_DAYS = 30;
const AUDIT_RETENTION_DAYS = 365;

function retentionOf({ context, storage }: ReturnType<typeof rig>): RetentionContext {
  const settings = { retentionDays: RETENTION_DAYS, auditRetentionDays: AUDIT_RETENTION_DAYS };
  return { storage, smsBatches: context, settings, now: () => new Date(context.now()) };
}

const chunkRows = async ({ context }: ReturnType<typeof rig>) => {
  const rows: unknown[] = [];
  for await (const row of context.ledger.chunks(ID, 0, 100)) rows.push(row);
  return rows.length;
};

test('rows that were not written for the retention period are deleted, others are not', async () => {
  const it = rig();
  const table = it.storage.tables.table('answers');
  await table.insert('a', 'old', {});
  await table.insert('b', 'touched', {});
  it.now += 20 * DAY;
  const row = await table.get('b', 'touched');
  if (row) await table.replace('b', row);
  it.now += 11 * DAY;
  await table.insert('c', 'new', {});
  await deleteOldRecords(retentionOf(it));
  const kept = await Promise.all([table.get('a', 'old'), table.get('b', 'touched'), table.get('c', 'new')]);
  expect(kept.map((found) => found?.rowKey)).toEqual([undefined, 'touched', 'new']);
});

test.each(['answers', 'emails', 'smsmessages', 'droppedevents', 'deletedidentities', 'limits', 'audit'])(
  'old rows of the table %s are deleted after its retention period',
  async (name) => {
    const it = rig();
    const table = it.storage.tables.table(name);
    await table.insert('a', 'row', {});
    it.now += (name === 'audit' ? AUDIT_RETENTION_DAYS : RETENTION_DAYS) * DAY - 1;
    await deleteOldRecords(retentionOf(it));
    expect(await table.get('a', 'row')).toBeDefined();
    it.now += 2;
    await deleteOldRecords(retentionOf(it));
    expect(await table.get('a', 'row')).toBeUndefined();
  },
);

test('a table that cannot be read does not hold up the others, and is logged', async () => {
  const it = rig();
  await it.storage.tables.table('emails').insert('a', 'old', {});
  it.now += 31 * DAY;
  const { of } = it.storage.oldRows;
  const oldRows = {
    of: (name: string, than: Date) => {
      if (name === 'answers') throw new Error('storage is down');
      return of(name, than);
    },
  };
  const lines: string[] = [];
  const retention = retentionOf(it);
  await withFailureLog(
    (what, error) => void lines.push(`${what}: ${String(error)}`),
    () => deleteOldRecords({ ...retention, storage: { ...retention.storage, oldRows } }),
  );
  expect(lines).toEqual(['Old rows of the table answers cannot be deleted: Error: storage is down']);
  expect(await it.storage.tables.table('emails').get('a', 'old')).toBeUndefined();
});

test('a batch is deleted with its counters, after its retention period', async () => {
  const it = rig({ [FROM]: 60_000 });
  await split(it, { recipients: numbers(2500) });
  for (const chunk of [0, 1, 2]) await send(it, chunk);
  await recoverAbandonedBatches(it.context);
  expect(await batchOf(it)).toMatchObject({ state: 'completed' });
  it.now += 29 * DAY;
  await deleteOldRecords(retentionOf(it));
  expect(await chunkRows(it)).toBe(3);
  it.now += 2 * DAY;
  await deleteOldRecords(retentionOf(it));
  expect(await chunkRows(it)).toBe(0);
  expect(await it.context.batches.get(CLIENT, ID)).toBeUndefined();
  expect(await it.context.batches.ownerOf(ID)).toBeUndefined();
  expect((await it.context.batches.list(CLIENT, undefined)[Symbol.asyncIterator]().next()).done).toBe(true);
});

test('a batch in progress is kept, however old it is', async () => {
  const it = rig({ [FROM]: 60_000 });
  await split(it, { recipients: numbers(2500) });
  await send(it, 0);
  it.now += 400 * DAY;
  await deleteOldRecords(retentionOf(it));
  expect(await chunkRows(it)).toBe(1);
  expect(await batchOf(it)).toMatchObject({ state: 'running' });
});
