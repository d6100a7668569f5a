import { expect, test } from 'vitest';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { cancelBatch } from '../../../../shared/smsbatch/cancellation.ts';
import { failChunk } from '../../../../shared/smsbatch/send/sendChunk.ts';
import { batchStatus } from '../../../../shared/smsbatch/status.ts';
import { recoverAbandonedBatches } from '../../../../shared/smsbatch/sweep.ts';
import {
  batchOf,
  CLIENT,
  ID,
  queuedChunks,
  refused,
  rig,
  type SentSms,
  send,
  split,
  statesOf,
  throwing,
} from '../fixtures.ts';

const lost = new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true });
const unavailable = new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable');

test('messages whose ids ACS rejects as too old are in doubt', async () => {
  const it = rig();
  await split(it);
  const tooOld = ({ smsRecipients }: SentSms) => smsRecipients.map(({ to }) => refused(to, 412));
  it.replies.push(tooOld, tooOld);
  await send(it);
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', doubtful: true });
  it.now += 286_000;
  await send(it);
  expect(it.sent).toHaveLength(1);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['inDoubt', 'inDoubt', 'inDoubt'] });
});

test('the sweep does not requeue a chunk that a pause has moved', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(unavailable));
  await send(it);
  const { pace } = await batchOf(it);
  await it.context.senders.pause(pace, it.now + 300_000);
  it.now += 10_000;
  await send(it);
  const queued = queuedChunks(it).length;
  for (let time = 0; time < 9; time += 1) {
    it.now += 30_000;
    await recoverAbandonedBatches(it.context);
  }
  expect(queuedChunks(it)).toHaveLength(queued);
  it.now += 120_000;
  await send(it);
  expect(await statesOf(it)).toMatchObject({ state: 'done' });
});

test('the chunks of a canceled batch are closed without being sent', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(unavailable));
  await send(it);
  await cancelBatch(it.context, CLIENT, ID);
  it.now += 10_000;
  await send(it);
  expect(it.sent).toHaveLength(1);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['open', 'open', 'open'] });
});

test('in a canceled batch, recipients of an interrupted try are in doubt', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(lost));
  await send(it);
  await cancelBatch(it.context, CLIENT, ID);
  it.now += 10_000;
  await send(it);
  expect(it.sent).toHaveLength(1);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['inDoubt', 'inDoubt', 'inDoubt'] });
});

test('a chunk whose message is poison fails, or is in doubt if it may have been sent', async () => {
  const message = { client: CLIENT, batch: ID, chunk: 0 };
  const untouched = rig();
  await split(untouched);
  await failChunk(untouched.context, message, 'cannot be handled');
  expect((await untouched.context.ledger.get(ID, 0))?.state.results[0]).toEqual(['failed', 500, 'cannot be handled']);
  const doubtful = rig();
  await split(doubtful);
  doubtful.replies.push(throwing(lost));
  await send(doubtful);
  await failChunk(doubtful.context, message, 'cannot be handled');
  expect(await statesOf(doubtful)).toMatchObject({ results: ['inDoubt', 'inDoubt', 'inDoubt'] });
});

test('a poison message of a canceled batch leaves its recipients canceled', async () => {
  const message = { client: CLIENT, batch: ID, chunk: 0 };
  const canceled = expect.objectContaining({ canceled: 3, failed: 0 });
  const untouched = rig();
  await split(untouched);
  await cancelBatch(untouched.context, CLIENT, ID);
  await failChunk(untouched.context, message, 'cannot be handled');
  expect((await batchStatus(untouched.context, CLIENT, ID)).counts).toEqual(canceled);
  const tried = rig();
  await split(tried);
  tried.replies.push(throwing(unavailable));
  await send(tried);
  await cancelBatch(tried.context, CLIENT, ID);
  tried.now += 10_000;
  await failChunk(tried.context, message, 'cannot be handled');
  expect((await batchStatus(tried.context, CLIENT, ID)).counts).toEqual(canceled);
  expect(await statesOf(tried)).toMatchObject({ state: 'done' });
});
