import { expect, test } from 'vitest';
import { smsBatch } from '../../../shared/contract/smsBatch.ts';
import { countsOf } from '../../../shared/smsbatch/ledger/counters.ts';
import { describeBatch, estimateEnd, listBatches } from '../../../shared/smsbatch/status.ts';
import { batchOf, CLIENT, FROM, numbers, rig, send, split, submit } from './fixtures.ts';

const uuid = (index: number) => `0f8b5c3e-5d0e-4f5e-9a53-${String(index).padStart(12, '0')}`;

test('each recipient is counted in one state', () => {
  const tally = { accepted: 4, failed: 2, inDoubt: 1, optedOut: 1, delivered: 2, undelivered: 1 };
  const rest = { total: 10, ...tally };
  expect(countsOf({ state: 'running', total: 10 }, tally)).toEqual({ ...rest, pending: 2, canceled: 0 });
  expect(countsOf({ state: 'canceled', total: 10 }, tally)).toEqual({ ...rest, pending: 0, canceled: 2 });
});

test('the description matches the contract, before and after completion', async () => {
  const it = rig();
  await split(it);
  const before = await describeBatch(it.context, await batchOf(it));
  expect(smsBatch.parse(before)).toEqual(before);
  expect(before).toMatchObject({ state: 'running', ratePerMinute: 180, counts: { pending: 3 } });
  await send(it);
  const after = await describeBatch(it.context, await batchOf(it));
  expect(smsBatch.parse(after)).toEqual(after);
  expect(after).toMatchObject({ state: 'completed', counts: { accepted: 3 }, completedOn: expect.any(String) });
  expect(after).not.toHaveProperty('estimatedCompletionOn');
});

const pace = { key: FROM, ratePerMinute: 200 };

test('the estimate is the send time of the last chunk', () => {
  const batch = { chunkSize: 100, chunkCount: 19, nextChunk: 0, pace, sendAt: undefined };
  const estimate = (changes: object, senderFree: number) => estimateEnd({ ...batch, ...changes }, senderFree, 1000);
  expect(estimate({}, 0)).toBeCloseTo(1000 + 10 * 60_000, 3);
  expect(estimate({}, 61_000)).toBeCloseTo(61_000 + 10 * 60_000, 3);
  expect(estimate({ sendAt: 500_000 }, 0)).toBeCloseTo(500_000 + 10 * 60_000, 3);
  expect(estimate({ nextChunk: 9 }, 300_000)).toBeCloseTo(300_000 + 5 * 60_000, 3);
  expect(estimate({ nextChunk: 19 }, 0)).toBe(1000);
});

test('the estimate of a submission is met', async () => {
  const it = rig({ [FROM]: 60 });
  const { estimatedCompletionOn = '' } = await submit(it, { recipients: numbers(600) });
  expect(Date.parse(estimatedCompletionOn) - it.now).toBeCloseTo(10 * 60_000, -4);
});

test('batches are listed by page, each once, newest first', async () => {
  const it = rig();
  for (let index = 0; index < 7; index += 1) {
    await submit(it, {}, { id: uuid(index), client: CLIENT });
    it.now += 1000;
  }
  for (let size = 1; size <= 8; size += 1) {
    const ids: (string | undefined)[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const { value, next }: Awaited<ReturnType<typeof listBatches>> = await listBatches(
        it.context,
        CLIENT,
        size,
        after,
      );
      ids.push(...value.map(({ id }) => id));
      after = next;
      more = next !== undefined;
    }
    expect(ids).toEqual([6, 5, 4, 3, 2, 1, 0].map(uuid));
  }
  expect(await listBatches(it.context, 'desk', 10, undefined)).toEqual({ value: [], next: undefined });
});
