import { expect, test } from 'vitest';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { batchOf, CLIENT, FROM, ID, numbers, queuedChunks, rig, submit } from './fixtures.ts';

test('a split stops when another one was faster, and queues no chunk after the block that both have queued', async () => {
  const it = rig({ [FROM]: 1_000_000 });
  await submit(it, { recipients: numbers(150_000), sendAt: new Date(it.now + 1000).toISOString() });
  it.now += 1000;
  const message = { client: CLIENT, batch: ID };
  const { advance } = it.context.batches;
  let others = 0;
  const slow: typeof advance = async (...change) => {
    others += 1;
    if (others === 1) await splitBatch(it.context, message); // a second process splits the whole batch meanwhile
    return advance(...change);
  };
  await splitBatch({ ...it.context, batches: { ...it.context.batches, advance: slow } }, message);
  const chunks = queuedChunks(it);
  expect(new Set(chunks).size).toBe(150);
  expect(chunks).toHaveLength(150 + 64);
  expect(others).toBe(1);
  expect(await batchOf(it)).toMatchObject({ nextChunk: 150 });
});

test('a split on a slow storage gets a block further in every run', async () => {
  const it = rig({ [FROM]: 1_000_000 });
  await submit(it, { recipients: numbers(150_000), sendAt: new Date(it.now + 1000).toISOString() });
  const { read } = it.context.senders;
  const slow: typeof read = (pace) => {
    it.now += 1000;
    return read(pace);
  };
  const context = { ...it.context, senders: { ...it.context.senders, read: slow } };
  it.now += 1000;
  for (const nextChunk of [64, 128, 150]) {
    await splitBatch(context, { client: CLIENT, batch: ID }, 200);
    expect(await batchOf(it)).toMatchObject({ nextChunk });
  }
});
