import { describe, expect, test } from 'vitest';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { batchResults } from '../../../shared/smsbatch/results.ts';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { batchOf, CLIENT, FROM, ID, numbers, rig, send, split, statesOf, submit } from '../smsbatch/fixtures.ts';
import { ALL, DAY, DAYS, everything, live, NOTHING, refuseAll } from './fixtures.ts';

describe('recipients and rows of a batch have the same retention period, which starts at its completion:', () => {
  test('one that was scheduled a week ahead', async () => {
    const it = rig();
    await submit(it, { sendAt: new Date(it.now + 7 * DAY).toISOString() });
    await live(it, 7);
    await splitBatch(it.context, { client: CLIENT, batch: ID });
    await send(it);
    await live(it, DAYS);
    expect(await everything(it)).toEqual(ALL);
    await live(it, 1);
    expect(await everything(it)).toEqual(NOTHING);
  });

  test('one that takes 100 days to send', async () => {
    const it = rig({ [FROM]: 0.02 }); // one recipient in 55 minutes
    await split(it, { recipients: numbers(2500) });
    await send(it, 0);
    await live(it, 100);
    expect(await everything(it)).toEqual(ALL);
    await send(it, 2499);
    expect(await statesOf(it, 2499)).toMatchObject({ state: 'done', results: ['accepted'] });
  });

  test('one that is redriven after 20 days, and completed again 20 days later', async () => {
    const it = rig();
    await split(it);
    it.replies.push(refuseAll);
    await send(it);
    await live(it, 20);
    await redriveBatch(it.context, CLIENT, ID, false);
    await splitBatch(it.context, { client: CLIENT, batch: ID });
    await live(it, 20);
    await send(it);
    expect(await batchOf(it)).toMatchObject({ state: 'completed' });
    await live(it, DAYS);
    expect(await everything(it)).toEqual(ALL);
    const query = { state: 'accepted', pageSize: 10, from: 0 } as const;
    expect((await batchResults(it.context, await batchOf(it), query)).value).toHaveLength(3);
    await live(it, 1);
    expect(await everything(it)).toEqual(NOTHING);
  });
});
