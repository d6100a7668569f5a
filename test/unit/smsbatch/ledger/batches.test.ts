import { expect, test } from 'vitest';
import { createBatchStore } from '../../../../shared/smsbatch/ledger/batches.ts';
import { MemoryStorage } from '../../../setup/memoryStorage.ts';
import { batchOf, CLIENT, ID, rig, submit } from '../fixtures.ts';

const uuid = (index: number) => `0f8b5c3e-5d0e-4f5e-9a53-${String(index).padStart(12, '0')}`;

test('a stored batch is read back unchanged', async () => {
  const it = rig();
  await submit(it, { sendAt: new Date(it.now + 60_000).toISOString(), recipients: ['x', '+14255550100'] });
  expect(await batchOf(it)).toMatchObject({
    ...{ id: ID, client: CLIENT, state: 'scheduled', sendAt: it.now + 60_000, createdOn: it.now, total: 1 },
    ...{ completedOn: undefined, reason: undefined, invalidCount: 1, redrives: 0, reopened: 0 },
    invalid: [{ line: 1, value: 'x', reason: 'is not a phone number' }],
  });
});

test('is added once', async () => {
  const it = rig();
  await submit(it);
  const { etag: _, invalid, ...batch } = await batchOf(it);
  expect(await it.context.batches.add({ ...batch, message: 'other' }, batch, invalid)).toBe(false);
  expect(await batchOf(it)).toMatchObject({ message: 'Hello' });
});

test('progress is written only over the version that was read, and does not change the facts', async () => {
  const it = rig();
  await submit(it);
  const batch = await batchOf(it);
  const written = await it.context.batches.advance(batch, { completedOn: 5, reason: 'because', state: 'failed' });
  expect(await batchOf(it)).toEqual(written);
  expect(await it.context.batches.advance(batch, { state: 'running' })).toBeUndefined();
  expect(await batchOf(it)).toMatchObject({ state: 'failed', message: 'Hello', reason: 'because' });
});

test("a client's batches are listed newest first, from the beginning or after any batch", async () => {
  const it = rig();
  for (let index = 0; index < 5; index += 1) {
    await submit(it, {}, { id: uuid(index), client: index === 2 ? 'desk' : CLIENT });
    it.now += index === 3 ? 0 : 1000;
  }
  const list = async (after?: string) => {
    const found: { id: string; key: string }[] = [];
    for await (const row of it.context.batches.list(CLIENT, after)) found.push(row);
    return found;
  };
  const all = await list();
  expect(all.map(({ id }) => id).slice(2)).toEqual([uuid(1), uuid(0)]);
  expect(
    all
      .map(({ id }) => id)
      .slice(0, 2)
      .sort((a, b) => (a < b ? -1 : 1)),
  ).toEqual([uuid(3), uuid(4)]);
  for (const [index, { key }] of all.entries()) expect(await list(key)).toEqual(all.slice(index + 1));
});

test('is active until it is deactivated, and stays active when it was activated again in between', async () => {
  const store = createBatchStore(new MemoryStorage().tables, () => 0);
  const active = async () => {
    const found = [];
    for await (const it of store.active()) found.push(it);
    return found;
  };
  await store.activate('a', CLIENT, 1);
  const [first] = await active();
  if (!first) throw new Error('It is not active.');
  expect(first).toMatchObject({ id: 'a', client: CLIENT, since: 1 });
  await store.activate('a', CLIENT, 2);
  await store.deactivate(first);
  const [second] = await active();
  if (!second) throw new Error('It is not active.');
  expect(second).toMatchObject({ since: 2 });
  await store.deactivate(second);
  expect(await active()).toEqual([]);
});

test('rows of an earlier version without pending events and expiry can be read', async () => {
  const it = rig();
  await submit(it);
  const table = it.storage.tables.table('smsbatches');
  const strip = async (partition: string, rowKey: string, columns: readonly string[]) => {
    const row = await table.get(partition, rowKey);
    const kept = Object.entries(row?.values ?? {}).filter(([name]) => !columns.includes(name));
    await table.replace(partition, { rowKey, etag: row?.etag ?? '', values: Object.fromEntries(kept) });
  };
  await strip(`client-${CLIENT}`, `batch-${ID}`, ['owed', 'isExpired']);
  expect(await batchOf(it)).toMatchObject({ pendingEvents: [], isExpired: false });
  for await (const active of it.context.batches.active()) expect(active).toMatchObject({ failingSince: 0, retryOn: 0 });
});
