import { expect, test } from 'vitest';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { NOTHING } from '../../../../shared/smsbatch/ledger/counters.ts';
import { failChunk } from '../../../../shared/smsbatch/send/sendChunk.ts';
import { accepted, CLIENT, ID, refused, rig, send, split, statesOf, throwing } from '../fixtures.ts';

const lost = new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true });
const unavailable = new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable');
const throttled = new SwitchboardError('TooManyRequests', 'too fast', { retryAfterSeconds: 60 });
const rejected = new SwitchboardError('UpstreamRejected', 'no such sender', {
  upstream: { status: 400, code: 'InvalidSender' },
});

const idsOf = (it: ReturnType<typeof rig>) =>
  it.sent.map(({ smsRecipients }) => smsRecipients.map((to) => to.repeatabilityRequestId));
const firstSentOf = (it: ReturnType<typeof rig>) =>
  it.sent.map(({ smsRecipients: [first] }) => first?.repeatabilityFirstSent);

test('a chunk is sent once, however often its message is delivered', async () => {
  const it = rig();
  await split(it);
  for (let time = 0; time < 3; time += 1) await send(it);
  expect(it.sent).toHaveLength(1);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['accepted', 'accepted', 'accepted'] });
  expect(await it.context.ledger.tally(ID)).toEqual({ ...NOTHING, accepted: 3 });
});

test('two concurrent deliveries send it once', async () => {
  const it = rig();
  await split(it);
  await Promise.all([send(it), send(it), send(it)]);
  expect(it.sent).toHaveLength(1);
});

test('no process takes over during the lease; after it, ids and first-sent time stay the same', async () => {
  const it = rig();
  await split(it);
  it.replies.push(() => {
    throw new Error('the process dies');
  });
  await expect(send(it)).rejects.toThrow('dies');
  it.now += 33_000;
  await send(it);
  expect(it.sent).toHaveLength(1);
  it.now += 2_000;
  await send(it);
  expect(idsOf(it)[1]).toEqual(idsOf(it)[0]);
  expect(firstSentOf(it)[1]).toBe(firstSentOf(it)[0]);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['accepted', 'accepted', 'accepted'] });
});

test('after a lost answer the request is repeated with the same ids while ACS recognizes them; then it is in doubt', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(lost), throwing(lost));
  await send(it);
  it.now += 11_000;
  await send(it);
  expect(new Set(firstSentOf(it)).size).toBe(1);
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', doubtful: true });
  it.now += 286_000;
  await send(it);
  expect(it.sent).toHaveLength(2);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['inDoubt', 'inDoubt', 'inDoubt'] });
  expect(await it.context.ledger.tally(ID)).toEqual({ ...NOTHING, inDoubt: 3 });
});

test('repeatedly lost answers do not make a message fail', async () => {
  const it = rig();
  await split(it);
  for (const wait of [11, 21, 41, 81, 161]) {
    it.replies.push(throwing(lost));
    await send(it);
    it.now += wait * 1000;
  }
  expect(it.sent).toHaveLength(5);
  expect(await statesOf(it)).toMatchObject({ state: 'waiting' });
  await send(it);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['inDoubt', 'inDoubt', 'inDoubt'] });
});

test('after a lost answer, later failures do not remove the doubt', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(lost), throwing(unavailable), throwing(throttled));
  for (let time = 0; time < 3; time += 1) {
    await send(it);
    it.now += 21_000;
  }
  it.now += 300_000;
  await send(it);
  expect(it.sent).toHaveLength(3);
  expect(new Set(firstSentOf(it)).size).toBe(1);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['inDoubt', 'inDoubt', 'inDoubt'] });
});

test('messages that ACS certainly did not send are sent again later, with a new first-sent time', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(unavailable));
  await send(it);
  it.now += 600_000;
  await send(it);
  expect(idsOf(it)[1]).toEqual(idsOf(it)[0]);
  expect(firstSentOf(it)[1]).not.toBe(firstSentOf(it)[0]);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['accepted', 'accepted', 'accepted'] });
});

test('only recipients with transient failures are sent to again', async () => {
  const it = rig();
  await split(it);
  it.replies.push(({ smsRecipients: [a, b, c] }) => [
    a && accepted(a),
    refused(b?.to ?? '', 503),
    refused(c?.to ?? '', 400),
  ]);
  await send(it);
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', results: ['accepted', 'open', 'failed'] });
  expect(await it.context.ledger.tally(ID)).toEqual({ ...NOTHING, accepted: 1, failed: 1 });
  it.now += 10_000;
  await send(it);
  expect(idsOf(it)[1]).toEqual(idsOf(it)[0]?.slice(1, 2));
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['accepted', 'accepted', 'failed'] });
});

test('a message fails after five tries', async () => {
  const it = rig();
  await split(it);
  for (let time = 0; time < 7; time += 1) {
    it.replies.push(throwing(unavailable));
    await send(it);
    it.now += 200_000;
  }
  expect(it.sent).toHaveLength(5);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['failed', 'failed', 'failed'] });
});

test('a 429 pauses the sender and does not count as a try', async () => {
  const it = rig();
  await split(it);
  for (let time = 0; time < 20; time += 1) {
    it.replies.push(throwing(throttled));
    await send(it);
    await send(it); // paused: nothing is sent
    it.now += 200_000;
  }
  expect(it.sent).toHaveLength(20);
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', failedTries: 0 });
  await send(it);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['accepted', 'accepted', 'accepted'] });
});

test('a recipient without a result from ACS is in doubt', async () => {
  const it = rig();
  await split(it);
  it.replies.push(({ smsRecipients }) => smsRecipients.slice(1).map(accepted));
  await send(it);
  expect(await statesOf(it)).toMatchObject({
    state: 'waiting',
    doubtful: true,
    results: ['open', 'accepted', 'accepted'],
  });
});

test('a rejection says nothing about an earlier try that may have taken effect', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(lost), throwing(rejected));
  await send(it);
  it.now += 10_000;
  await send(it);
  expect(await statesOf(it)).toMatchObject({ state: 'done', results: ['inDoubt', 'inDoubt', 'inDoubt'] });
});

test('a rejection of the first try is a failure', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(rejected));
  await send(it);
  const stored = await it.context.ledger.get(ID, 0);
  expect(stored?.state.results[0]).toEqual(['failed', 400, 'no such sender']);
});

test.each([3, 9_999_999])('a chunk number that the batch does not have is ignored: %i', async (chunk) => {
  const it = rig();
  await split(it);
  await send(it, chunk);
  await failChunk(it.context, { client: CLIENT, batch: ID, chunk }, 'no such chunk');
  expect(it.sent).toEqual([]);
  expect(await it.context.ledger.get(ID, chunk)).toBeUndefined();
});
