import { describe, expect, test } from 'vitest';
import { createClients } from '../../../../shared/clients/clients.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { OWN_NAME } from '../../../../shared/settings/clientSettings.ts';
import type { BatchContext } from '../../../../shared/smsbatch/batchContext.ts';
import { cancelBatch } from '../../../../shared/smsbatch/cancellation.ts';
import { redriveBatch } from '../../../../shared/smsbatch/redrive.ts';
import { refusalOf } from '../../../../shared/smsbatch/send/permission.ts';
import { sendChunk } from '../../../../shared/smsbatch/send/sendChunk.ts';
import { splitBatch } from '../../../../shared/smsbatch/split.ts';
import { batchStatus, describeBatch } from '../../../../shared/smsbatch/status.ts';
import { recoverAbandonedBatches } from '../../../../shared/smsbatch/sweep.ts';
import {
  batchOf,
  CLIENT,
  clientsWith,
  FROM,
  ID,
  numbers,
  queuedChunks,
  refused,
  restarted,
  rig,
  send,
  split,
  statesOf,
  submit,
  throwing,
} from '../fixtures.ts';

/** Ways in which a client can lose permission, and the reason that its batch then has. */
const REVOCATIONS = {
  'the client is removed': [createClients([]), `The client '${CLIENT}' has been removed.`],
  'its sender is removed': [
    clientsWith({ senders: ['+18005550199'] }),
    `The client '${CLIENT}' may no longer send from this sender.`,
  ],
  'its allow is reduced': [
    clientsWith({ allow: ['sendSms', 'redriveSmsBatch'] }),
    `The client '${CLIENT}' may no longer call submitSmsBatch.`,
  ],
} as const;

const CASES = Object.entries(REVOCATIONS).map(([name, [clients, reason]]) => ({ name, clients, reason }));

const sendOn = (context: BatchContext, chunk = 0) => sendChunk(context, { client: CLIENT, batch: ID, chunk });
const splitOn = (context: BatchContext) => splitBatch(context, { client: CLIENT, batch: ID });

const transient = new SwitchboardError('UpstreamUnavailable', 'later');
const lost = new SwitchboardError('UpstreamInDoubt', 'no answer');

describe.each(CASES)('when $name', ({ clients, reason }) => {
  test('a scheduled batch is canceled at its start time', async () => {
    const it = rig();
    await submit(it, { sendAt: new Date(it.now + 60_000).toISOString() });
    it.now += 60_000;
    await splitOn(restarted(it, clients));
    expect(queuedChunks(it)).toEqual([]);
    const counts = { canceled: 3, pending: 0 };
    expect(await describeBatch(it.context, await batchOf(it))).toMatchObject({ state: 'canceled', reason, counts });
    expect(it.events).toEqual([`accepted ${ID}`, `canceled ${ID}`]);
  });

  test('chunks that are already queued are not sent', async () => {
    const it = rig();
    await split(it, { recipients: numbers(150) });
    const context = restarted(it, clients);
    await sendOn(context, 1);
    await sendOn(context, 0);
    expect(it.sent).toEqual([]);
    const counts = { canceled: 150, pending: 0 };
    expect(await describeBatch(context, await batchOf(it))).toMatchObject({ state: 'canceled', reason, counts });
    expect(it.events).toEqual([`accepted ${ID}`, `canceled ${ID}`]);
  });

  test('a chunk that is waiting for a retry is not sent again', async () => {
    const it = rig();
    await split(it);
    it.replies.push(throwing(transient));
    await send(it);
    it.now += 60_000;
    await sendOn(restarted(it, clients));
    expect(it.sent).toHaveLength(1);
    expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['open', 'open', 'open'] });
  });

  test('messages that may have been sent stay in doubt', async () => {
    const it = rig();
    await split(it);
    it.replies.push(throwing(lost));
    await send(it);
    it.now += 60_000;
    await sendOn(restarted(it, clients));
    expect(it.sent).toHaveLength(1);
    expect(await statesOf(it)).toMatchObject({ results: ['inDoubt', 'inDoubt', 'inDoubt'] });
    const counts = { inDoubt: 3, canceled: 0 };
    expect(await describeBatch(it.context, await batchOf(it))).toMatchObject({ state: 'canceled', counts });
  });

  test('a redrive is rejected, and one in progress ends', async () => {
    const it = rig();
    it.replies.push(({ smsRecipients }) => smsRecipients.map(({ to }) => refused(to, 400)));
    await split(it);
    await send(it);
    const context = restarted(it, clients);
    const refusal = { code: 'Forbidden', message: reason };
    await expect(redriveBatch(context, CLIENT, ID, false)).rejects.toMatchObject(refusal);
    expect(await batchOf(it)).toMatchObject({ state: 'completed', redrives: 0 });
    await redriveBatch(it.context, CLIENT, ID, false);
    await splitOn(context);
    expect(await batchOf(it)).toMatchObject({ state: 'canceled', reason });
    expect(it.sent).toHaveLength(1);
  });

  test('a batch whose split failed does not send its queued chunks', async () => {
    const it = rig();
    await split(it);
    const batch = await batchOf(it);
    await it.context.batches.advance(batch, { state: 'failed', reason: 'broken' });
    await sendOn(restarted(it, clients));
    expect(it.sent).toEqual([]);
    expect(await batchOf(it)).toMatchObject({ state: 'failed', reason: 'broken' });
  });
});

test('a batch that is done completes regardless of its client’s permissions', async () => {
  const it = rig();
  await split(it);
  await send(it);
  await it.context.batches.advance(await batchOf(it), { state: 'running', completedOn: undefined });
  await sendOn(restarted(it, createClients([])));
  expect(await batchOf(it)).toMatchObject({ state: 'completed' });
});

test('a batch that was canceled for lack of permission can be redriven once its client has permission again', async () => {
  const it = rig();
  await split(it, { recipients: numbers(250) });
  await send(it);
  const context = restarted(it, createClients([]));
  await sendOn(context, 1);
  expect(await batchOf(it)).toMatchObject({ state: 'canceled' });
  const batch = await redriveBatch(it.context, CLIENT, ID, false);
  expect(batch).toMatchObject({ state: 'running', counts: { accepted: 100, pending: 150, canceled: 0 } });
  expect(batch).not.toHaveProperty('reason');
  await splitOn(it.context);
  it.now += 300_000;
  await recoverAbandonedBatches(it.context);
  it.now += 300_000;
  for (const chunk of new Set(queuedChunks(it))) await send(it, chunk);
  expect(await batchStatus(it.context, CLIENT, ID)).toMatchObject({ state: 'completed', counts: { accepted: 250 } });
  const to = it.sent.flatMap(({ smsRecipients }) => smsRecipients.map((recipient) => recipient.to));
  expect(to.toSorted((one, other) => one.localeCompare(other))).toEqual(numbers(250));
});

test('it cannot be redriven if it was then canceled on request', async () => {
  const it = rig();
  await split(it);
  await sendOn(restarted(it, createClients([])));
  const { reason } = await cancelBatch(it.context, CLIENT, ID);
  expect(reason).toBe(REVOCATIONS['the client is removed'][1]);
  await expect(redriveBatch(it.context, CLIENT, ID, true)).rejects.toMatchObject({ code: 'Conflict' });
});

test('a batch that was canceled on request cannot be redriven', async () => {
  const it = rig();
  await split(it);
  await cancelBatch(it.context, CLIENT, ID);
  await expect(redriveBatch(it.context, CLIENT, ID, false)).rejects.toMatchObject({ code: 'Conflict' });
});

test('Switchboard itself, the client of queue messages without a client, is never removed', () => {
  expect(refusalOf({ clients: createClients([]) }, { client: OWN_NAME, from: FROM })).toBeUndefined();
});
