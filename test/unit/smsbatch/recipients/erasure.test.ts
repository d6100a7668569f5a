import { expect, test } from 'vitest';
import { BATCHES_CONTAINER, recipientsBlob } from '../../../../shared/smsbatch/batch.ts';
import { cancelBatch } from '../../../../shared/smsbatch/cancellation.ts';
import { redriveBatch } from '../../../../shared/smsbatch/redrive.ts';
import { batchResults } from '../../../../shared/smsbatch/results.ts';
import { sendChunk } from '../../../../shared/smsbatch/send/sendChunk.ts';
import { splitBatch } from '../../../../shared/smsbatch/split.ts';
import { batchOf, CLIENT, ID, numbers, type Rig, rig, send, split, statesOf, submit } from '../fixtures.ts';

const [first = '', second = '', third = ''] = numbers(3);

/** Replaces a recipient by a line of the same length, like `npm run operator -- erase`. */
async function erase({ storage }: Rig, number: string): Promise<void> {
  const bytes = await storage.blobs.read(BATCHES_CONTAINER, recipientsBlob(ID));
  const line = `""${' '.repeat(number.length)}`;
  await storage.blobs.write(BATCHES_CONTAINER, recipientsBlob(ID), String(bytes).replace(`"${number}"`, line));
}

const resultsOf = async (it: Rig) => {
  const { value } = await batchResults(it.context, await batchOf(it), { state: undefined, pageSize: 10, from: 0 });
  return value.map(({ to, state }) => `${to} ${state}`);
};

test('a recipient that is erased before its chunk is sent is not sent to, and the others are', async () => {
  const it = rig();
  await submit(it, { sendAt: new Date(it.now + 1000).toISOString() });
  await erase(it, second);
  it.now += 1000;
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  await sendChunk(it.context, { client: CLIENT, batch: ID, chunk: 0 });
  expect(it.sent.map(({ smsRecipients }) => smsRecipients.map(({ to }) => to))).toEqual([[first, third]]);
  expect(await resultsOf(it)).toEqual([`${first} accepted`, ' failed', `${third} accepted`]);
  await redriveBatch(it.context, CLIENT, ID, true);
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  it.now += 60_000;
  await send(it);
  expect(it.sent).toHaveLength(1);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['accepted', 'failed', 'accepted'] });
});

test('the result of an erased recipient is kept without the number', async () => {
  const it = rig();
  await split(it);
  await send(it);
  await erase(it, third);
  expect(await resultsOf(it)).toEqual([`${first} accepted`, `${second} accepted`, ' accepted']);
});

test('a canceled batch with an erased recipient still lists its results', async () => {
  const it = rig();
  await split(it);
  await erase(it, first);
  await cancelBatch(it.context, CLIENT, ID);
  expect(await resultsOf(it)).toEqual([' canceled', `${second} canceled`, `${third} canceled`]);
});
