import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { cancelSmsBatch } from '../../../functions/sms/cancelSmsBatch.ts';
import { getSmsBatch } from '../../../functions/sms/getSmsBatch.ts';
import { listSmsBatchResults } from '../../../functions/sms/listSmsBatchResults.ts';
import { redriveSmsBatch } from '../../../functions/sms/redriveSmsBatch.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { BATCHES_CONTAINER, chunkIndexBlob, recipientsBlob } from '../../../shared/smsbatch/batch.ts';
import { createBatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { recordBatchReport } from '../../../shared/smsbatch/deliveryReports.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { batchResults } from '../../../shared/smsbatch/results.ts';
import { deleteExpiredBatches } from '../../../shared/smsbatch/retention.ts';
import { SPLIT_QUEUE } from '../../../shared/smsbatch/send/batchQueues.ts';
import { sendChunk } from '../../../shared/smsbatch/send/sendChunk.ts';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { batchStatus } from '../../../shared/smsbatch/status.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import {
  activeOf,
  batchOf,
  CLIENT,
  ID,
  numbers,
  type Rig,
  refused,
  rig,
  type SentSms,
  send,
  split,
  statesOf,
  submit,
  throwing,
} from './fixtures.ts';

const DAY = 86_400_000;
const FILES = [recipientsBlob(ID), chunkIndexBlob(ID)];
const refuseAll = ({ smsRecipients }: SentSms) => smsRecipients.map(({ to }) => refused(to, 400));
const ALL = { state: undefined, pageSize: 10, from: 0 };

const eventsOf = ({ events }: Rig) => events.map((event) => event.split(' ')[0]);

async function sweepFor(it: Rig, seconds: number): Promise<void> {
  for (const end = it.now + seconds * 1000; it.now < end; it.now += 30_000) await recoverAbandonedBatches(it.context);
}

/** A batch that has failed completely and was deactivated long ago. */
async function old(): Promise<Rig> {
  const it = rig();
  await split(it);
  it.replies.push(refuseAll);
  await send(it);
  it.now += DAY;
  await recoverAbandonedBatches(it.context);
  expect(await activeOf(it)).toEqual([]);
  return it;
}

describe.each(FILES)('without %s', (file) => {
  test('results and a redrive answer Expired, and the sweep ignores the batch', async () => {
    const it = await old();
    await it.storage.blobs.remove(BATCHES_CONTAINER, file);
    const expired = { code: 'Expired', status: 410, target: 'id' };
    await expect(batchResults(it.context, await batchOf(it), ALL)).rejects.toMatchObject(expired);
    await expect(redriveBatch(it.context, CLIENT, ID, false)).rejects.toMatchObject(expired);
    expect(await activeOf(it)).toEqual([]);
    expect(await batchStatus(it.context, CLIENT, ID)).toMatchObject({ state: 'completed', counts: { failed: 3 } });
  });

  test('a batch that was never split fails once, with the reason, when it is split', async () => {
    const it = rig();
    await submit(it, { sendAt: new Date(it.now + 1000).toISOString() });
    await it.storage.blobs.remove(BATCHES_CONTAINER, file);
    it.now += 1000;
    for (const _ of [1, 2]) await splitBatch(it.context, { client: CLIENT, batch: ID });
    expect(await batchOf(it)).toMatchObject({ state: 'failed', reason: expect.stringContaining('deleted') });
    expect(eventsOf(it)).toEqual(['accepted', 'failed']);
  });

  test('it also fails when the sweep finds its split overdue, without requesting a split', async () => {
    const it = rig();
    await submit(it, { sendAt: new Date(it.now + 1000).toISOString() });
    await it.storage.blobs.remove(BATCHES_CONTAINER, file);
    const asked = it.storage.messages(SPLIT_QUEUE).length;
    it.now += DAY;
    await sweepFor(it, 600);
    expect(await batchOf(it)).toMatchObject({ state: 'failed', reason: expect.stringContaining('deleted') });
    expect(eventsOf(it)).toEqual(['accepted', 'failed']);
    expect(it.storage.messages(SPLIT_QUEUE)).toHaveLength(asked);
    expect(await activeOf(it)).toEqual([]);
  });

  test('a chunk fails, or is in doubt', async () => {
    const it = rig({ '+18005550100': 1 });
    await split(it, { recipients: numbers(2) });
    it.replies.push(throwing(new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true })));
    await send(it, 0);
    await it.storage.blobs.remove(BATCHES_CONTAINER, file);
    const later = { ...it, context: createBatchContext(it.context) }; // another process
    it.now += 60_000;
    await send(later, 0);
    it.now += 1000;
    await send(later, 1);
    expect(await statesOf(it, 0)).toMatchObject({ state: 'done', results: ['inDoubt'] });
    expect((await it.context.ledger.get(ID, 1))?.state.results).toEqual([
      ['failed', 410, expect.stringContaining('deleted')],
    ]);
    expect(await batchOf(it)).toMatchObject({ state: 'completed' });
  });

  test('a chunk that another process is sending is left alone', async () => {
    const it = rig();
    await split(it);
    it.replies.push(() => {
      throw new Error('the process dies');
    });
    await expect(sendChunk(it.context, { client: CLIENT, batch: ID, chunk: 0 })).rejects.toThrow('dies');
    await it.storage.blobs.remove(BATCHES_CONTAINER, file);
    await send(it);
    expect(await statesOf(it)).toMatchObject({ state: 'sending' });
  });

  test('a completed batch with missing reports is deactivated', async () => {
    const it = rig();
    await split(it);
    it.replies.push(({ smsRecipients: [a, ...rest] }) => [
      refused(a?.to ?? '', 400),
      ...rest.map(({ to }) => sent(to)),
    ]);
    await send(it);
    await redriveBatch(it.context, CLIENT, ID, false);
    await splitBatch(it.context, { client: CLIENT, batch: ID });
    await send(it);
    const tag = it.sent[0]?.smsSendOptions?.tag ?? '';
    const facts = { from: '+18005550100', tag, status: 'Delivered', details: '' } as const;
    await it.storage.blobs.remove(BATCHES_CONTAINER, file);
    for (const to of numbers(3)) {
      const report = { ...facts, to, messageId: `Outgoing_${to}`, receivedOn: it.now };
      expect(await recordBatchReport(it.context, report)).toBe(true);
      expect(await recordBatchReport(it.context, { ...report, to: '+14255559999', messageId: 'another' })).toBe(false);
    }
    await sweepFor(it, 600);
    expect(await activeOf(it)).toEqual([]);
    expect(eventsOf(it)).toEqual(['accepted', 'completed', 'completed']);
  });
});

const sent = (to: string) => ({ to, httpStatusCode: 202, successful: true, messageId: `Outgoing_${to}` });

test.each([getSmsBatch, listSmsBatchResults, cancelSmsBatch, redriveSmsBatch])(
  '$name documents the error',
  ({ canExpire }) => {
    expect(canExpire).toBe(true);
  },
);

test('a report that arrives after its batch was deleted stores nothing, also where its chunk is remembered', async () => {
  const it = rig();
  await split(it);
  await send(it);
  const tag = it.sent[0]?.smsSendOptions?.tag ?? '';
  const [first, last] = numbers(3)
    .map((to) => ({ to, messageId: `Outgoing_${to}`, from: '+18005550100', tag, details: '', receivedOn: it.now }))
    .map((report) => ({ ...report, status: 'Delivered' as const }));
  if (!first || !last) throw new Error('There are no reports.');
  expect(await recordBatchReport(it.context, first)).toBe(true);
  await deleteExpiredBatches(it.context, it.now + DAY, () => true);
  expect(await it.context.batches.get(CLIENT, ID)).toBeUndefined();
  const emptied = it.storage.tables.table('smschunks').contents();
  expect(await recordBatchReport(it.context, last)).toBe(false);
  expect(it.storage.tables.table('smschunks').contents()).toEqual(emptied);
});

test('what is remembered of a deleted batch is forgotten after an hour', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const it = rig();
  await split(it);
  await send(it);
  const { smsRecipients = [], smsSendOptions } = it.sent[0] ?? {};
  const report = { messageId: `Outgoing_${smsRecipients[0]?.to}`, from: '+18005550100', status: 'Delivered' as const };
  const details = { to: smsRecipients[0]?.to ?? '', tag: smsSendOptions?.tag ?? '', details: '', receivedOn: it.now };
  expect(await recordBatchReport(it.context, { ...report, ...details })).toBe(true);
  await deleteExpiredBatches(it.context, it.now + DAY, () => true);
  const remembered = async () => [await it.context.batches.factsOf(ID), it.context.doneChunks.get(`${ID}/0`)];
  expect(await remembered()).toMatchObject([{ id: ID }, { state: 'done' }]);
  vi.setSystemTime(Date.now() + 60 * 60_000 + 1);
  expect(await remembered()).toEqual([undefined, undefined]);
});

test('a rejected redrive does not activate the batch', async () => {
  const it = rig();
  await split(it);
  await send(it);
  it.now += DAY;
  await recoverAbandonedBatches(it.context);
  await expect(redriveBatch(it.context, CLIENT, ID, true)).rejects.toMatchObject({ code: 'Conflict' });
  expect(await activeOf(it)).toEqual([]);
});
