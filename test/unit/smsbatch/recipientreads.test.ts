import { expect, test, vi } from 'vitest';
import { createEngine } from '../../../shared/smsbatch/engine.ts';
import { recordBatchReport } from '../../../shared/smsbatch/reports.ts';
import { FROM, ID, numbers, rig, send, split } from './fixtures.ts';

test('a process reads a batch’s index once, and each chunk’s part of the recipients once to send it', async () => {
  const it = rig();
  await split(it, { recipients: numbers(300) });
  const read = vi.spyOn(it.storage.blobs, 'read');
  const readRange = vi.spyOn(it.storage.blobs, 'readRange');
  it.now += 10_000;
  for (const chunk of [0, 1, 2]) await send(it, chunk);
  expect(it.sent).toHaveLength(3);
  expect([read.mock.calls.length, readRange.mock.calls.length]).toEqual([1, 3]);
});

test('the delivery reports of a chunk cost one more read of its recipients in each process, however many they are', async () => {
  const it = rig();
  await split(it, { recipients: numbers(100) });
  await send(it);
  const tag = it.sent[0]?.smsSendOptions?.tag ?? '';
  const readRange = vi.spyOn(it.storage.blobs, 'readRange');
  for (const engine of [it.engine, createEngine(it.engine)]) {
    for (const to of numbers(100)) {
      const facts = { from: FROM, to, tag, status: 'Delivered', details: '', receivedOn: it.now } as const;
      expect(await recordBatchReport(engine, { ...facts, messageId: `Outgoing_${to}` })).toBe(true);
    }
  }
  expect(readRange).toHaveBeenCalledTimes(2);
  expect((await it.engine.ledger.tally(ID)).delivered).toBe(100);
});
