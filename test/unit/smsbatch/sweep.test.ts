import { expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { cancelBatch, failBatch } from '../../../shared/smsbatch/cancellation.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { SPLIT_QUEUE } from '../../../shared/smsbatch/send/batchQueues.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import {
  activeOf,
  batchOf,
  CLIENT,
  ID,
  numbers,
  queuedChunks,
  type Rig,
  rig,
  send,
  split,
  statesOf,
  submit,
  throwing,
} from './fixtures.ts';

const unavailable = new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable');

const dies = () => {
  throw new Error('the process dies');
};

async function sweepFor(it: Rig, seconds: number): Promise<void> {
  for (const end = it.now + seconds * 1000; it.now < end; it.now += 15_000) await recoverAbandonedBatches(it.context);
}

test('a batch that was accepted but never split is split', async () => {
  const it = rig();
  await submit(it, { sendAt: new Date(it.now + 1000).toISOString() });
  await recoverAbandonedBatches(it.context);
  expect(it.storage.messages(SPLIT_QUEUE)).toHaveLength(1);
  it.now += 62_000;
  await recoverAbandonedBatches(it.context);
  await recoverAbandonedBatches(it.context);
  expect(it.storage.messages(SPLIT_QUEUE)).toHaveLength(2);
});

test('a chunk whose process died is requeued within a minute, and is doubtful', async () => {
  const it = rig();
  await split(it);
  it.replies.push(dies);
  await expect(send(it)).rejects.toThrow('dies');
  await sweepFor(it, 60);
  expect(queuedChunks(it)).toEqual([0, 0]);
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', doubtful: true });
});

test('work in progress is left alone', async () => {
  const it = rig();
  await split(it);
  const claimedOn = it.now;
  it.replies.push(dies);
  await expect(send(it)).rejects.toThrow('dies');
  await sweepFor(it, 45); // at 0, 15 and 30 seconds
  it.now = claimedOn + 40_000;
  await recoverAbandonedBatches(it.context);
  expect(queuedChunks(it)).toEqual([0]);
  expect(await statesOf(it)).toMatchObject({ state: 'sending' });
});

test('a chunk whose message was lost is requeued', async () => {
  const it = rig();
  await split(it);
  expect(queuedChunks(it)).toEqual([0]);
  it.now += 900_000;
  await recoverAbandonedBatches(it.context);
  expect(queuedChunks(it)).toEqual([0, 0]);
});

test('a batch that is done but not marked as completed is completed', async () => {
  const it = rig();
  await split(it);
  const batch = await batchOf(it);
  await send(it);
  await it.context.batches.advance(await batchOf(it), { state: batch.state, completedOn: undefined });
  await recoverAbandonedBatches(it.context);
  expect(await batchOf(it)).toMatchObject({ state: 'completed' });
});

test('a canceled batch is deactivated, also when one of its chunks was waiting for a retry', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(unavailable));
  await send(it);
  await cancelBatch(it.context, CLIENT, ID);
  it.now += 60_000;
  await send(it);
  await sweepFor(it, 600);
  expect(await activeOf(it)).toEqual([]);
});

test('a chunk interrupted during the cancellation is found, even if the split has not recorded it', async () => {
  const it = rig();
  await split(it);
  await it.context.batches.advance(await batchOf(it), { nextChunk: 0 });
  it.replies.push(dies);
  await expect(send(it)).rejects.toThrow('dies');
  await cancelBatch(it.context, CLIENT, ID);
  await sweepFor(it, 60);
  expect(queuedChunks(it)).toEqual([0, 0]);
  await send(it);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['inDoubt', 'inDoubt', 'inDoubt'] });
  await sweepFor(it, 600);
  expect(await activeOf(it)).toEqual([]);
});

test('a canceled batch stays active for a while, because a process may be about to send', async () => {
  const it = rig();
  await split(it);
  it.now += 3_600_000;
  await cancelBatch(it.context, CLIENT, ID);
  it.now += 120_000;
  await recoverAbandonedBatches(it.context);
  expect(await activeOf(it)).toEqual([ID]);
  it.now += 1;
  await recoverAbandonedBatches(it.context);
  expect(await activeOf(it)).toEqual([]);
});

test('a submission may take as long as the platform allows; after that it is abandoned', async () => {
  const it = rig();
  await it.context.batches.activate(ID, CLIENT, it.now);
  await sweepFor(it, 30 * 60);
  expect(await activeOf(it)).toEqual([ID]);
  await sweepFor(it, 31 * 60);
  expect(await activeOf(it)).toEqual([]);
});

test('a completed batch stays active for a while after its activation, because a redrive may be about to write', async () => {
  const it = rig();
  await split(it);
  await send(it);
  it.now += 120_000;
  await recoverAbandonedBatches(it.context);
  expect(await activeOf(it)).toEqual([ID]);
  it.now += 1;
  await recoverAbandonedBatches(it.context);
  expect(await activeOf(it)).toEqual([]);
});

test('the queued chunks of a failed batch are swept until they are sent', async () => {
  const it = rig({ '+18005550100': 2 });
  await split(it, { recipients: numbers(8) });
  await failBatch(it.context, CLIENT, ID, 'broken');
  it.now += 3_600_000;
  await recoverAbandonedBatches(it.context);
  expect(await activeOf(it)).toEqual([ID]);
  it.now += 300_000;
  for (const chunk of queuedChunks(it)) await send(it, chunk);
  await sweepFor(it, 60);
  expect(await activeOf(it)).toEqual([]);
});

test('a redrive just before its batch is deactivated is not lost', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(new SwitchboardError('UpstreamRejected', 'no', { upstream: { status: 400, code: 'No' } })));
  await send(it);
  it.now += 3_600_000;
  const { batches } = it.context;
  const deactivate: typeof batches.deactivate = async (active) => {
    await redriveBatch(it.context, CLIENT, ID, false);
    await batches.deactivate(active);
  };
  await recoverAbandonedBatches({ ...it.context, batches: { ...batches, deactivate } });
  expect(await activeOf(it)).toEqual([ID]);
});
