import { expect, test } from 'vitest';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import { batchOf, FROM, ID, numbers, rig, send, split } from './fixtures.ts';

/** A sender of one recipient a minute, whose chunks are a minute apart. */
async function slowBatch() {
  const it = rig({ [FROM]: 1 });
  await split(it, { recipients: numbers(3) });
  let tallies = 0;
  const context = {
    ...it.context,
    ledger: {
      ...it.context.ledger,
      tally: (id: string) => {
        tallies += 1;
        return it.context.ledger.tally(id);
      },
    },
  };
  const sendLater = async (chunk: number) => {
    it.now += 120_000;
    await send({ ...it, context }, chunk);
    return tallies;
  };
  return { it, sendLater, stateOf: async () => (await batchOf(it)).state };
}

test('of a slow sender, only the last chunk looks whether the batch is complete', async () => {
  const { sendLater, stateOf } = await slowBatch();
  expect(await sendLater(0)).toBe(0);
  expect(await sendLater(1)).toBe(0);
  expect(await sendLater(2)).toBeGreaterThan(0);
  expect(await stateOf()).toBe('completed');
});

test('a batch whose last chunk was overtaken is completed by the sweep', async () => {
  const { it, sendLater, stateOf } = await slowBatch();
  for (const chunk of [0, 2, 1]) await sendLater(chunk);
  expect(await stateOf()).toBe('running');
  await recoverAbandonedBatches(it.context);
  expect(await stateOf()).toBe('completed');
  expect(it.events).toContain(`completed ${ID}`);
});

test('a batch whose chunks all finish at the same moment is complete with the last of them', async () => {
  const it = rig({ [FROM]: 1_000_000 });
  await split(it, { recipients: numbers(20_000) });
  await Promise.all(Array.from({ length: 20 }, (_, chunk) => send(it, chunk)));
  expect((await batchOf(it)).state).toBe('completed');
});
