import { expect, test } from 'vitest';
import { readBatch } from '../../../shared/smsbatch/control.ts';
import { batchOf, CLIENT, ID, numbers, rig, send, split } from './fixtures.ts';

test('a batch that is done says so with its time, and its event, whoever asks first', async () => {
  const it = rig({ tollFree: 60_000 });
  await split(it, { recipients: numbers(200) });
  await send(it, 0);
  await send(it, 1); // so soon after the first one that nobody looks whether it was the last
  expect(await batchOf(it)).toMatchObject({ state: 'running' });
  const first = await readBatch(it.engine, CLIENT, ID);
  expect(first).toMatchObject({ state: 'completed', completedOn: new Date(it.now).toISOString() });
  expect(await readBatch(it.engine, CLIENT, ID)).toEqual(first);
  expect(it.events.filter((event) => event === `completed ${ID}`)).toHaveLength(1);
});

test('a batch under way is only described', async () => {
  const it = rig({ tollFree: 60_000 });
  await split(it, { recipients: numbers(200) });
  await send(it, 0);
  const batch = await batchOf(it);
  expect(await readBatch(it.engine, CLIENT, ID)).toMatchObject({ state: 'running', counts: { pending: 100 } });
  expect(await batchOf(it)).toEqual(batch);
});
