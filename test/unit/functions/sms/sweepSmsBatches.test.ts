import { Cron } from 'croner';
import { expect, test } from 'vitest';
import { sweepSmsBatches } from '../../../../functions/sms/sweepSmsBatches.ts';
import { batchShop, LATER } from './batchShop.ts';

test('queues a batch again whose split message was lost', async () => {
  const it = batchShop();
  const id = await it.submit(2, { sendAt: LATER });
  const queued = () => it.storage.messages('sms-batch-splits').length;
  const before = queued();
  it.clock.date = new Date(Date.parse(LATER) + 10 * 60_000);
  await sweepSmsBatches.run(it.runtime);
  expect(queued()).toBe(before + 1);
  expect(it.storage.messages('sms-batch-splits').at(-1)).toMatchObject({ client: 'shop', batch: id });
});

test('runs every 15 seconds', () => {
  const runs = new Cron(sweepSmsBatches.schedule, { timezone: 'UTC' }).nextRuns(4, '2026-01-15T08:30:10Z');
  expect(runs.map((run) => run.toISOString().slice(14, 19))).toEqual(['30:15', '30:30', '30:45', '31:00']);
});
