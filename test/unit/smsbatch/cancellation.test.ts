import { expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { cancelBatch, failBatch } from '../../../shared/smsbatch/cancellation.ts';
import { findBatch } from '../../../shared/smsbatch/ledger/batches.ts';
import { NOTHING } from '../../../shared/smsbatch/ledger/counters.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { batchesInProgress, describeBatch } from '../../../shared/smsbatch/status.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import {
  activeOf,
  batchOf,
  CLIENT,
  ID,
  queuedChunks,
  type Rig,
  rig,
  send,
  split,
  statesOf,
  submit,
  throwing,
} from './fixtures.ts';

const rejected = new SwitchboardError('UpstreamRejected', 'no', { upstream: { status: 400, code: 'No' } });

async function failed(): Promise<Rig> {
  const it = rig();
  await split(it);
  it.replies.push(throwing(rejected));
  await send(it);
  expect(await batchOf(it)).toMatchObject({ state: 'completed' });
  return it;
}

/** Long enough for the sweep to deactivate a batch that is over. */
async function forget(it: Rig): Promise<void> {
  it.now += 3_600_000;
  await recoverAbandonedBatches(it.context);
  expect(await activeOf(it)).toEqual([]);
}

test("another client's batch is not found", async () => {
  const it = rig();
  await submit(it);
  await expect(findBatch(it.context, 'desk', ID)).rejects.toMatchObject({ code: 'NotFound' });
  await expect(cancelBatch(it.context, 'desk', ID)).rejects.toMatchObject({ code: 'NotFound' });
  await expect(redriveBatch(it.context, 'desk', ID, true)).rejects.toMatchObject({ code: 'NotFound' });
});

test('a batch is canceled once, and repeating the call returns the same', async () => {
  const it = rig();
  await split(it);
  const first = await cancelBatch(it.context, CLIENT, ID);
  expect(first).toMatchObject({ state: 'canceled', counts: { canceled: 3, pending: 0 } });
  expect(await cancelBatch(it.context, CLIENT, ID)).toEqual(first);
  await send(it);
  expect(it.sent).toEqual([]);
});

test('a batch that is over cannot be canceled', async () => {
  const it = rig();
  await split(it);
  await send(it);
  await expect(cancelBatch(it.context, CLIENT, ID)).rejects.toMatchObject({ code: 'Conflict' });
});

test('only a batch that is over and has failed recipients can be redriven', async () => {
  const it = rig();
  await split(it);
  await expect(redriveBatch(it.context, CLIENT, ID, false)).rejects.toMatchObject({ code: 'Conflict' });
  await send(it);
  await expect(redriveBatch(it.context, CLIENT, ID, false)).rejects.toMatchObject({ code: 'Conflict' });
});

test('a redrive charges its recipients first, and changes nothing when the charge is rejected', async () => {
  const it = await failed();
  const before = await batchOf(it);
  const counted: number[] = [];
  const refuse = async (recipients: number) => {
    counted.push(recipients);
    throw new SwitchboardError('ClientLimitExceeded', 'enough');
  };
  await expect(redriveBatch(it.context, CLIENT, ID, false, refuse)).rejects.toMatchObject({
    code: 'ClientLimitExceeded',
  });
  expect(counted).toEqual([3]);
  expect(await batchOf(it)).toEqual(before);
});

test('a redriven batch resends failed messages with new ids', async () => {
  const it = await failed();
  await redriveBatch(it.context, CLIENT, ID, false);
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  expect(await it.context.ledger.tally(ID)).toEqual({ ...NOTHING });
  it.now += 60_000;
  await send(it);
  expect(it.sent[1]?.smsRecipients[0]?.repeatabilityRequestId).not.toBe(
    it.sent[0]?.smsRecipients[0]?.repeatabilityRequestId,
  );
  expect(await statesOf(it)).toMatchObject({ results: ['accepted', 'accepted', 'accepted'] });
  expect(it.events.map((event) => event.split(' ')[0])).toEqual(['accepted', 'completed', 'completed']);
});

test('a redriven batch is not complete before its failed recipients have been reopened', async () => {
  const it = await failed();
  await redriveBatch(it.context, CLIENT, ID, false);
  await recoverAbandonedBatches(it.context);
  expect(await describeBatch(it.context, await batchOf(it))).toMatchObject({ state: 'running' });
  expect(await batchOf(it)).toMatchObject({ state: 'running' });
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', redrive: 1 });
});

test('repeating the split of a redrive changes nothing', async () => {
  const it = await failed();
  await redriveBatch(it.context, CLIENT, ID, false);
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  const queued = queuedChunks(it).length;
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  expect(queuedChunks(it)).toHaveLength(queued);
});

test('the sweep recovers a redrive whose process died', async () => {
  const it = await failed();
  await forget(it);
  const dying = {
    ...it.context,
    storage: { ...it.storage, queues: { send: () => Promise.reject(new Error('dies')) } },
  };
  await expect(redriveBatch(dying, CLIENT, ID, false)).rejects.toThrow('dies');
  expect(await activeOf(it)).toEqual([ID]);
  const unwritten = await failed();
  await forget(unwritten);
  const { batches } = unwritten.context;
  const early = { ...unwritten.context, batches: { ...batches, activate: () => Promise.reject(new Error('dies')) } };
  await expect(redriveBatch(early, CLIENT, ID, false)).rejects.toThrow('dies');
  expect(await batchOf(unwritten)).toMatchObject({ state: 'completed' });
});

test('a batch that cannot be split fails, and continues where it stopped when it is redriven', async () => {
  const it = rig();
  await submit(it, { sendAt: new Date(it.now + 1000).toISOString() });
  it.now += 1000;
  await failBatch(it.context, CLIENT, ID, 'broken');
  expect(await describeBatch(it.context, await batchOf(it))).toMatchObject({ state: 'failed', reason: 'broken' });
  await redriveBatch(it.context, CLIENT, ID, false);
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  await send(it);
  expect(await batchOf(it)).toMatchObject({ state: 'completed', reason: undefined });
});

test('a batch that is completely split does not fail because of a second message', async () => {
  const it = rig();
  await split(it);
  await failBatch(it.context, CLIENT, ID, 'broken');
  expect(await batchOf(it)).toMatchObject({ state: 'running' });
});

test('an operator cancels batches in progress with a reason, and finds none the next time', async () => {
  const it = rig();
  await split(it);
  const inProgress = async (client = CLIENT) => {
    const ids: (string | undefined)[] = [];
    for await (const { id } of batchesInProgress(it.context, client)) ids.push(id);
    return ids;
  };
  expect(await inProgress('desk')).toEqual([]);
  expect(await inProgress()).toEqual([ID]);
  expect(await cancelBatch(it.context, CLIENT, ID, 'The key has leaked.')).toMatchObject({
    reason: 'The key has leaked.',
  });
  expect(await inProgress()).toEqual([]);
});
