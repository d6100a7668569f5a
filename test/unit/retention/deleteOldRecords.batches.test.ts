import { describe, expect, test } from 'vitest';
import { BATCHES_CONTAINER, recipientsBlob } from '../../../shared/smsbatch/batch.ts';
import { cancelBatch } from '../../../shared/smsbatch/cancellation.ts';
import { BATCHES_TABLE, findBatch } from '../../../shared/smsbatch/ledger/batches.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { batchStatus, listBatches } from '../../../shared/smsbatch/status.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { batchOf, CLIENT, FROM, ID, numbers, type Rig, rig, send, split, submit } from '../smsbatch/fixtures.ts';
import { ALL, DAY, DAYS, everything, filesOf, NOTHING, night, refuseAll } from './fixtures.ts';

/** A completed batch, all of which has failed, and which is old enough. */
async function old(): Promise<Rig> {
  const it = rig();
  await split(it);
  it.replies.push(refuseAll);
  await send(it);
  it.now += (DAYS + 1) * DAY;
  return it;
}

test('a batch whose deletion was interrupted is expired for its client, and deleted by the next run', async () => {
  const it = await old();
  const { ledger } = it.context;
  const dying = { ...it.context, ledger: { ...ledger, remove: () => Promise.reject(new Error('storage is down')) } };
  expect(await night(it, dying)).toEqual([`Batch ${ID} cannot be deleted: Error: storage is down`]);
  const expired = { code: 'Expired', status: 410 };
  await expect(batchStatus(it.context, CLIENT, ID)).rejects.toMatchObject(expired);
  await expect(redriveBatch(it.context, CLIENT, ID, false)).rejects.toMatchObject(expired);
  await expect(cancelBatch(it.context, CLIENT, ID)).rejects.toMatchObject(expired);
  await expect(findBatch(it.context, CLIENT, ID)).rejects.toMatchObject(expired);
  expect((await listBatches(it.context, CLIENT, 10, undefined)).value).toEqual([]);
  expect(await night(it)).toEqual([]);
  expect(await everything(it)).toEqual(NOTHING);
});

test('a deletion that died before its last step is finished by the next run', async () => {
  const it = await old();
  const { batches } = it.context;
  const remove: typeof batches.remove = async (client, id) => {
    await batches.remove(client, id);
    await it.context.storage.tables.table(BATCHES_TABLE).insert('owner', id, { client }); // as if it had died before this
  };
  await night(it, { ...it.context, batches: { ...batches, remove } });
  expect(await batches.ownerOf(ID)).toBe(CLIENT);
  expect(await night(it)).toEqual([]);
  expect(await batches.ownerOf(ID)).toBeUndefined();
});

test('a batch that is redriven while it is about to be deleted is kept as a whole', async () => {
  const it = await old();
  const { batches } = it.context;
  const advance: typeof batches.advance = async (...change) => {
    await redriveBatch(it.context, CLIENT, ID, false);
    return batches.advance(...change);
  };
  await night(it, { ...it.context, batches: { ...batches, advance } });
  expect(await everything(it)).toEqual(ALL);
  expect(await batchOf(it)).toMatchObject({ state: 'running', isExpired: false });
});

test('a batch that is about to be redriven when its deletion begins is not redriven', async () => {
  const it = await old();
  const { batches } = it.context;
  let isDone = false;
  const advance: typeof batches.advance = async (...change) => {
    if (!isDone) await night(it);
    isDone = true;
    return batches.advance(...change);
  };
  const late = { ...it.context, batches: { ...batches, advance } };
  await expect(redriveBatch(late, CLIENT, ID, false)).rejects.toMatchObject({ code: 'NotFound' });
  expect(await everything(it)).toEqual(NOTHING);
});

test('a batch that cannot be deleted does not hold up others', async () => {
  const it = await old();
  const other = `1${ID.slice(1)}`;
  it.now -= (DAYS + 1) * DAY;
  await submit(it, {}, { id: other, client: CLIENT });
  await cancelBatch(it.context, CLIENT, other);
  it.now += (DAYS + 1) * DAY;
  const { batches } = it.context;
  const get: typeof batches.get = (client, id) =>
    id === ID ? Promise.reject(new SyntaxError('Unexpected token')) : batches.get(client, id);
  const context = { ...it.context, batches: { ...batches, get } };
  expect(await night(it, context)).toContain(`Batch ${ID} cannot be deleted: SyntaxError: Unexpected token`);
  expect(await everything(it, other)).toEqual(NOTHING);
  expect(await everything(it)).toEqual(ALL);
});

describe('the remains of a submission that died', () => {
  const request = { from: FROM, message: 'Hello', recipients: numbers(3) };

  test.each([
    ['before its batch is activated', 'activate'],
    ['before its batch is added', 'add'],
  ] as const)('%s are deleted after the retention period', async (_, step) => {
    const it = rig();
    const { batches } = it.context;
    const dying = {
      ...it.context,
      batches: { ...batches, [step]: () => Promise.reject(new Error('the process dies')) },
    };
    await expect(submitBatch(dying, { id: ID, client: CLIENT, request })).rejects.toThrow('dies');
    it.now += (DAYS - 1) * DAY;
    await night(it);
    expect(await filesOf(it)).toHaveLength(2);
    it.now += 2 * DAY;
    await night(it);
    expect(await everything(it)).toEqual(NOTHING);
  });

  test('after its owner was stored are deleted after the retention period, with the owner', async () => {
    const it = rig();
    const table = it.storage.tables.table('smsbatches');
    await it.storage.blobs.write(BATCHES_CONTAINER, recipientsBlob(ID), '');
    await table.insert('owner', ID, { client: CLIENT });
    it.now += (DAYS + 1) * DAY;
    await night(it);
    expect(await everything(it)).toEqual(NOTHING);
  });
});
