import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import type { BatchContext } from '../../../../shared/smsbatch/batchContext.ts';
import { redriveBatch } from '../../../../shared/smsbatch/redrive.ts';
import { sendChunk } from '../../../../shared/smsbatch/send/sendChunk.ts';
import { splitBatch } from '../../../../shared/smsbatch/split.ts';
import {
  batchOf,
  CLIENT,
  clientsWith,
  ID,
  numbers,
  type Rig,
  restarted,
  rig,
  send,
  split,
  statesOf,
  throwing,
} from '../fixtures.ts';

const sendOn = (context: BatchContext, chunk = 0) => sendChunk(context, { client: CLIENT, batch: ID, chunk });
const splitOn = (context: BatchContext) => splitBatch(context, { client: CLIENT, batch: ID });
const resultsOf = async (it: Rig) => (await it.context.ledger.get(ID, 0))?.state.results;

const lost = new SwitchboardError('UpstreamInDoubt', 'no answer');

describe('a destination that is no longer allowed', () => {
  const [first = '', second = '', third = ''] = numbers(3);
  const others = clientsWith({ recipients: [first, third] });
  const problem = `The client '${CLIENT}' may not send to this recipient.`;

  test('is left out, and the rest is sent', async () => {
    const it = rig();
    await split(it);
    await sendOn(restarted(it, others));
    expect(it.sent.map(({ smsRecipients }) => smsRecipients.map(({ to }) => to))).toEqual([[first, third]]);
    expect((await resultsOf(it))?.[1]).toEqual(['failed', 403, problem]);
    expect(await statesOf(it)).toMatchObject({ results: ['accepted', 'failed', 'accepted'] });
    expect(await batchOf(it)).toMatchObject({ state: 'completed' });
  });

  test('is sent to by a redrive only once it is allowed again', async () => {
    const it = rig();
    await split(it);
    await sendOn(restarted(it, others));
    for (const [context, count] of [
      [restarted(it, others), 1],
      [it.context, 2],
    ] as const) {
      await redriveBatch(context, CLIENT, ID, false);
      await splitOn(context);
      it.now += 60_000;
      await sendOn(context);
      expect(it.sent).toHaveLength(count);
    }
    expect(it.sent[1]?.smsRecipients.map(({ to }) => to)).toEqual([second]);
  });

  test('stays in doubt if it may have been sent to', async () => {
    const it = rig();
    await split(it);
    it.replies.push(throwing(lost));
    await send(it);
    it.now += 60_000;
    await sendOn(restarted(it, others));
    expect(await statesOf(it)).toMatchObject({ results: ['accepted', 'inDoubt', 'accepted'] });
  });

  test('also applies by country', async () => {
    const it = rig();
    await split(it, { recipients: ['+14255550123', '+447400123456'] });
    await sendOn(restarted(it, clientsWith({ countries: ['US'] })));
    expect(await statesOf(it)).toMatchObject({ results: ['accepted', 'failed'] });
  });
});
