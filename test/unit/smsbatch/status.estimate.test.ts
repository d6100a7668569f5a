import { expect, test } from 'vitest';
import type { SmsBatch } from '../../../shared/contract/smsBatch.ts';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { describeBatch } from '../../../shared/smsbatch/status.ts';
import { dryRunBatch, submitBatch } from '../../../shared/smsbatch/submit.ts';
import { CLIENT, FROM, ID, numbers, rig } from './fixtures.ts';

// 600 a minute, nine tenths of it for batches: a chunk of 100 every 11.1 seconds, sent when its time begins.
const RATES = { tollFree: 600 };
const CHUNK_MILLISECONDS = 100_000 / 9;

const submission = (count: number) => ({
  id: ID,
  client: CLIENT,
  request: { from: FROM, message: 'Hello', recipients: numbers(count) },
});
const end = ({ estimatedCompletionOn }: SmsBatch) => Date.parse(estimatedCompletionOn ?? '');

test.each([
  [1, 0],
  [100, 0],
  [101, 1],
  [250, 2],
  [300, 2],
])('the estimate for %i recipients is the send time of their last chunk', async (count, chunksBefore) => {
  const { context, now } = rig(RATES);
  const expected = now + chunksBefore * CHUNK_MILLISECONDS;
  expect(end(await dryRunBatch(context, submission(count)))).toBeCloseTo(expected, -2);
  expect(end(await submitBatch(context, submission(count)))).toBeCloseTo(expected, -2);
});

test('the estimate of a batch with send times ignores later reservations', async () => {
  const { context, now } = rig(RATES);
  await submitBatch(context, submission(300));
  await splitBatch(context, { client: CLIENT, batch: ID });
  await context.senders.reserve({ key: FROM, ratePerMinute: 600 }, { recipients: 600 }, now);
  const batch = await context.batches.get(CLIENT, ID);
  expect(batch && end(await describeBatch(context, batch))).toBeCloseTo(now + 2 * CHUNK_MILLISECONDS, -2);
});

test('the estimate includes a pause of the sender', async () => {
  const { context, now } = rig(RATES);
  await submitBatch(context, submission(100));
  await splitBatch(context, { client: CLIENT, batch: ID });
  await context.senders.pause({ key: FROM, ratePerMinute: 600 }, now + 60_000);
  const batch = await context.batches.get(CLIENT, ID);
  expect(batch && end(await describeBatch(context, batch))).toBeGreaterThanOrEqual(now + 60_000);
});
