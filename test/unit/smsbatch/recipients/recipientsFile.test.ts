import { expect, onTestFinished, test, vi } from 'vitest';
import { createBatchContext } from '../../../../shared/smsbatch/batchContext.ts';
import { recordBatchReport } from '../../../../shared/smsbatch/deliveryReports.ts';
import { FROM, ID, numbers, rig, send, split } from '../fixtures.ts';

test('a process reads a batch’s index once, and the recipients of ten neighbouring chunks together', async () => {
  const it = rig();
  await split(it, { recipients: numbers(1100) });
  const read = vi.spyOn(it.storage.blobs, 'read');
  const readRange = vi.spyOn(it.storage.blobs, 'readRange');
  it.now += 10_000;
  for (let chunk = 0; chunk < 11; chunk += 1) await send(it, chunk);
  expect(it.sent.flatMap(({ smsRecipients }) => smsRecipients.map(({ to }) => to))).toEqual(numbers(1100));
  expect([read.mock.calls.length, readRange.mock.calls.length]).toEqual([1, 2]);
});

test('recipients are read again after five seconds, because one may have been erased', async () => {
  const it = rig();
  await split(it, { recipients: numbers(300) });
  const readRange = vi.spyOn(it.storage.blobs, 'readRange');
  it.now += 10_000;
  await send(it, 0);
  it.now += 5_000;
  await send(it, 1);
  expect(readRange).toHaveBeenCalledTimes(1);
  it.now += 1;
  await send(it, 2);
  expect(readRange).toHaveBeenCalledTimes(2);
});

test('the index is read again after an hour, because another batch may have the id of a deleted one', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const it = rig();
  await split(it, { recipients: numbers(300) });
  const read = vi.spyOn(it.storage.blobs, 'read');
  it.now += 10_000;
  await send(it, 0);
  vi.setSystemTime(Date.now() + 60 * 60_000 + 1);
  it.now += 10_000;
  await send(it, 1);
  expect(read).toHaveBeenCalledTimes(2);
});

test('a failed read is not cached', async () => {
  const it = rig();
  await split(it, { recipients: numbers(100) });
  it.now += 10_000;
  vi.spyOn(it.storage.blobs, 'readRange').mockRejectedValueOnce(new Error('storage is down'));
  await expect(send(it, 0)).rejects.toThrow('storage is down');
  await send(it, 0);
  expect(it.sent).toHaveLength(1);
});

test('all delivery reports of a chunk cost at most one read of its recipients per process', async () => {
  const it = rig();
  await split(it, { recipients: numbers(100) });
  await send(it);
  const tag = it.sent[0]?.smsSendOptions?.tag ?? '';
  const readRange = vi.spyOn(it.storage.blobs, 'readRange');
  for (const context of [it.context, createBatchContext(it.context)]) {
    for (const to of numbers(100)) {
      const facts = { from: FROM, to, tag, status: 'Delivered', details: '', receivedOn: it.now } as const;
      expect(await recordBatchReport(context, { ...facts, messageId: `Outgoing_${to}` })).toBe(true);
    }
  }
  expect(readRange).toHaveBeenCalledTimes(1); // the process that sent the chunk has just read them
  expect((await it.context.ledger.tally(ID)).delivered).toBe(100);
});
