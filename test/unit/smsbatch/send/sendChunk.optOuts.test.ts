import { expect, test } from 'vitest';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { redriveBatch } from '../../../../shared/smsbatch/redrive.ts';
import { batchResults } from '../../../../shared/smsbatch/results.ts';
import { splitBatch } from '../../../../shared/smsbatch/split.ts';
import { batchStatus } from '../../../../shared/smsbatch/status.ts';
import {
  batchOf,
  CLIENT,
  FROM,
  ID,
  numbers,
  type Rig,
  refused,
  rig,
  send,
  split,
  statesOf,
  throwing,
} from '../fixtures.ts';

const lost = new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true });

/** The recipient at this index answers. */
async function answer(it: Rig, index: number, message: string): Promise<void> {
  const from = numbers(index + 1)[index] ?? '';
  await it.context.optOuts.record({ messageId: 'Incoming_1', from, to: FROM, message, receivedOn: it.now });
}

const sentTo = (it: Rig) => it.sent.map(({ smsRecipients }) => smsRecipients.map(({ to }) => to));
const idsOf = (it: Rig, request: number) => it.sent[request]?.smsRecipients.map((to) => to.repeatabilityRequestId);

test('opted-out recipients are not sent to, and the ids of the others do not change', async () => {
  const [undisturbed, it] = [rig(), rig()];
  for (const one of [undisturbed, it]) await split(one);
  await send(undisturbed);
  await answer(it, 1, 'STOP');
  await send(it);
  const [first, second, third] = numbers(3);
  expect(sentTo(it)).toEqual([[first, third]]);
  const [firstId, , thirdId] = idsOf(undisturbed, 0) ?? [];
  expect(idsOf(it, 0)).toEqual([firstId, thirdId]);
  expect(await batchStatus(it.context, CLIENT, ID)).toMatchObject({
    state: 'completed',
    counts: { total: 3, pending: 0, accepted: 2, optedOut: 1 },
  });
  const query = { state: 'optedOut', pageSize: 10, from: 0 } as const;
  const { value } = await batchResults(it.context, await batchOf(it), query);
  expect(value).toEqual([{ to: second, state: 'optedOut', errorMessage: 'OptedOut' }]);
});

test('ACS is not called when all recipients have opted out', async () => {
  const it = rig();
  await split(it, {
    csv: `to,name\n${numbers(3)
      .map((to) => `${to},${to}`)
      .join('\n')}`,
    message: 'Hello {{name}}',
  });
  for (const index of [0, 1, 2]) await answer(it, index, 'STOP');
  await send(it);
  expect(it.sent).toEqual([]);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['optedOut', 'optedOut', 'optedOut'] });
});

test('recipients who opt out between two tries are not sent to again; after a doubtful try they are in doubt', async () => {
  for (const [reply, state] of [
    [throwing(lost), 'inDoubt'],
    [throwing(new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable')), 'optedOut'],
  ] as const) {
    const it = rig();
    await split(it);
    it.replies.push(reply);
    await send(it);
    await answer(it, 0, 'STOP');
    it.now += 10_000;
    await send(it);
    expect(sentTo(it)).toEqual([numbers(3), numbers(3).slice(1)]);
    expect(await statesOf(it)).toMatchObject({ state: 'done', results: [state, 'accepted', 'accepted'] });
  }
});

test('a redrive does not reopen opted-out recipients', async () => {
  const it = rig();
  await split(it);
  await answer(it, 0, 'STOP');
  it.replies.push(({ smsRecipients }) => smsRecipients.map(({ to }) => refused(to, 400)));
  await send(it);
  await answer(it, 0, 'START');
  await redriveBatch(it.context, CLIENT, ID, true);
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  expect(await statesOf(it)).toMatchObject({ results: ['optedOut', 'open', 'open'] });
});

test('a chunk whose opt-outs cannot be read is not claimed', async () => {
  const it = rig();
  await split(it);
  const table = it.storage.tables.table('smsoptouts');
  const list = table.list.bind(table);
  // biome-ignore lint/correctness/useYield: it fails before it has anything to yield
  table.list = async function* () {
    throw new Error('storage is down');
  };
  await expect(send(it)).rejects.toThrow('storage is down');
  expect(await it.context.ledger.get(ID, 0)).toBeUndefined();
  table.list = list;
  await send(it);
  expect(await statesOf(it)).toMatchObject({ results: ['accepted', 'accepted', 'accepted'] });
});
