import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { recoverAbandonedBatches } from '../../../../shared/smsbatch/sweep.ts';
import {
  batchOf,
  ID,
  numbers,
  queuedChunks,
  queuedTimes,
  type Rig,
  rig,
  send,
  split,
  statesOf,
  throwing,
} from '../fixtures.ts';

// Two chunks of 100 a minute.
const RATES = { tollFree: 200 };

const MINUTE = 60_000;
const lost = new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true });
const unavailable = new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable');

/** A batch of some chunks, and the time reserved for each. */
async function splitOne(chunks: number): Promise<{ readonly it: Rig; readonly times: number[] }> {
  const it = rig(RATES);
  await split(it, { recipients: numbers(100 * chunks) });
  const times = queuedTimes(it).map(([, sendOn]) => sendOn ?? 0);
  return { it, times };
}

const sizes = (it: Rig) => it.sent.map(({ smsRecipients }) => smsRecipients.length);

test('the message of a chunk has the time reserved for it', async () => {
  const { it, times } = await splitOne(3);
  expect(queuedTimes(it).map(([chunk]) => chunk)).toEqual([0, 1, 2]);
  expect(times[0]).toBe(it.now);
  expect(times[1]).toBeGreaterThan(it.now + 33_000);
  expect(times[2]).toBeGreaterThan(it.now + MINUTE + 6_500);
});

test.each([5000, -1500])('a chunk that is %i ms late is on time', async (late) => {
  const { it, times } = await splitOne(2);
  it.now = (times[1] ?? 0) + late;
  const { nextFree } = await it.context.senders.read((await batchOf(it)).pace);
  await send(it, 1, times[1]);
  expect(sizes(it)).toEqual([100]);
  expect((await it.context.senders.read((await batchOf(it)).pace)).nextFree).toBe(nextFree);
});

test('a chunk that is more than 1.5 seconds early is requeued for its time', async () => {
  const { it, times } = await splitOne(2);
  it.now = (times[1] ?? 0) - 1501;
  const before = queuedChunks(it).length;
  await send(it, 1, times[1]);
  expect(it.sent).toEqual([]);
  expect(await it.context.ledger.get(ID, 1)).toBeUndefined();
  expect(queuedTimes(it).slice(before)).toEqual([[1, times[1]]]);
  expect(it.storage.sent.at(-1)?.options.delaySeconds).toBe(2);
});

test('a message of an older version, without a time, is on time', async () => {
  const { it } = await splitOne(1);
  it.now += 10 * MINUTE;
  await send(it);
  expect(sizes(it)).toEqual([100]);
});

describe('a chunk that is late', () => {
  test('is sent at once while its sender is free, and reserves the time', async () => {
    const { it, times } = await splitOne(1);
    it.now += 10 * MINUTE;
    const before = queuedChunks(it).length;
    await send(it, 0, times[0]);
    expect(sizes(it)).toEqual([100]);
    expect(queuedChunks(it)).toHaveLength(before);
    const { recent } = await it.context.senders.read((await batchOf(it)).pace);
    expect(recent).toEqual([{ on: it.now, recipients: 100 }]);
  });

  test('waits otherwise: no minute after an outage contains more than the rate', async () => {
    const { it, times } = await splitOne(4);
    it.now += 10 * MINUTE;
    const before = queuedChunks(it).length;
    for (const [chunk, sendOn] of times.entries()) await send(it, chunk, sendOn);
    expect(sizes(it)).toEqual([100]);
    const again = queuedTimes(it).slice(before);
    expect(again.map(([chunk]) => chunk)).toEqual([1, 2, 3]);
    for (const [chunk, sendOn = 0] of again) {
      expect(await statesOf(it, chunk)).toMatchObject({ state: 'waiting', wakeOn: sendOn, doubtful: false });
      it.now = sendOn;
      await send(it, chunk, sendOn);
    }
    expect(sizes(it)).toEqual([100, 100, 100, 100]);
    const [first = 0, , third = 0] = [it.now, ...again.map(([, sendOn = 0]) => sendOn)];
    expect(Math.abs(first - third)).toBeGreaterThan(0);
    expect((again[1]?.[1] ?? 0) - (times[0] ?? 0) - 10 * MINUTE).toBeGreaterThan(MINUTE);
  });

  test('has one message, however often the late one is delivered', async () => {
    const { it, times } = await splitOne(2);
    await it.context.senders.reserve((await batchOf(it)).pace, { recipients: 100 }, it.now);
    it.now += MINUTE;
    const before = queuedChunks(it).length;
    for (let time = 0; time < 3; time += 1) await send(it, 0, times[0]);
    expect(queuedChunks(it).slice(before)).toEqual([0]);
    expect(it.sent).toEqual([]);
  });

  test('is repeated at once when it may have been sent', async () => {
    const { it, times } = await splitOne(1);
    it.replies.push(throwing(lost));
    await send(it, 0, times[0]);
    await it.context.senders.reserve((await batchOf(it)).pace, { recipients: 1000 }, it.now);
    it.now += MINUTE;
    await send(it, 0, 0);
    expect(sizes(it)).toEqual([100, 100]);
    expect(it.sent[1]).toEqual(it.sent[0]);
  });

  test('is not sent either if storage is so slow that the new time passes, but is later on', async () => {
    const { it, times } = await splitOne(1);
    it.now += MINUTE;
    const { reserve } = it.context.senders;
    Object.assign(it.context.senders, {
      reserve: async (...wanted: Parameters<typeof reserve>) => {
        const start = await reserve(...wanted);
        it.now += 20_000;
        return start;
      },
    });
    let sendOn = times[0];
    for (let time = 0; time < 2; time += 1) {
      await send(it, 0, sendOn);
      expect(it.sent).toEqual([]);
      [, sendOn] = queuedTimes(it).at(-1) ?? [];
      it.now += MINUTE;
    }
    await send(it, 0, sendOn);
    expect(sizes(it)).toEqual([100]);
  });
});

test.each([1, 400, 1500])('a chunk that is %i ms early for the end of a pause keeps its time', async (early) => {
  const { it, times } = await splitOne(1);
  it.replies.push(throwing(new SwitchboardError('TooManyRequests', 'slow down', { retryAfterSeconds: 60 })));
  await send(it, 0, times[0]);
  const sendOn = it.now + 60_000;
  expect(queuedTimes(it).at(-1)).toEqual([0, sendOn]);
  it.now = sendOn - early;
  await send(it, 0, sendOn);
  expect(sizes(it)).toEqual([100]);
  expect(queuedTimes(it).at(-1)).toEqual([0, sendOn]);
  it.now += 1000 * (it.storage.sent.at(-1)?.options.delaySeconds ?? 0);
  expect(it.now).toBeGreaterThanOrEqual(sendOn);
  await send(it, 0, sendOn);
  expect(sizes(it)).toEqual([100, 100]);
});

test('another try after a failure reserves its time when it is due', async () => {
  const { it, times } = await splitOne(1);
  it.replies.push(throwing(unavailable));
  await send(it, 0, times[0]);
  const [, sendOn] = queuedTimes(it).at(-1) ?? [];
  const { pace } = await batchOf(it);
  const start = await it.context.senders.reserve(pace, { recipients: 100 }, it.now);
  it.now += 10_000;
  await send(it, 0, sendOn);
  expect(sizes(it)).toEqual([100]);
  expect((await statesOf(it)).wakeOn).toBeGreaterThan(start);
});

test('a waiting chunk whose message was lost is requeued for a time of its own', async () => {
  const { it, times } = await splitOne(1);
  it.replies.push(throwing(unavailable));
  await send(it, 0, times[0]);
  const { pace } = await batchOf(it);
  const start = await it.context.senders.reserve(pace, { recipients: 200 }, it.now + 20_000);
  it.now += 30_000;
  await recoverAbandonedBatches(it.context);
  const [chunk, sendOn = 0] = queuedTimes(it).at(-1) ?? [];
  expect(chunk).toBe(0);
  expect(sendOn).toBeGreaterThan(start + MINUTE);
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', wakeOn: sendOn });
});

test('a chunk that is late again and again may be later each time, for which time is kept free', async () => {
  const { it, times } = await splitOne(1);
  const { pace } = await batchOf(it);
  const kept: number[] = [];
  let sendOn = times[0] ?? 0;
  for (let time = 0; time < 9; time += 1) {
    await it.context.senders.reserve(pace, { recipients: 100 }, it.now);
    it.now = sendOn + 400_000;
    await it.context.senders.reserve(pace, { recipients: 100 }, it.now);
    await send(it, 0, sendOn);
    sendOn = queuedTimes(it).at(-1)?.[1] ?? 0;
    const { nextFree } = await it.context.senders.read(pace);
    kept.push(Math.round((nextFree - sendOn - 33_333) / 1000));
  }
  expect(kept).toEqual([0, 5, 15, 35, 75, 155, 315, 315, 315]);
  it.now = sendOn + 320_000;
  await recoverAbandonedBatches(it.context);
  expect(queuedTimes(it).at(-1)).toEqual([0, sendOn]);
  await send(it, 0, sendOn);
  expect(await statesOf(it)).toMatchObject({ state: 'done', postponed: 0 });
});
