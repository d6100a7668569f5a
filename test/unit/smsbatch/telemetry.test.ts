import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { cancelBatch } from '../../../shared/smsbatch/cancellation.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { CHUNK_QUEUE, SPLIT_QUEUE, sealedChunk, sealedSplit } from '../../../shared/smsbatch/send/batchQueues.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import { inSpan, useTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { memoryTelemetry, PARENT, TRACE } from '../telemetry/fixtures.ts';
import { accepted, CLIENT, ID, numbers, refused, rig, send, split, submit, throwing } from './fixtures.ts';

let memory: ReturnType<typeof memoryTelemetry>;
beforeEach(() => {
  memory = memoryTelemetry();
  useTelemetry(memory.telemetry);
});
afterEach(() => useTelemetry(undefined));

/** The values of a metric's points, by one of the attributes, or the only value. */
async function measured(name: string, attribute = '') {
  await memory.telemetry.close();
  const points = memory.metrics().find(({ descriptor }) => descriptor.name === `switchboard.${name}`)?.dataPoints ?? [];
  return Object.fromEntries(points.map(({ attributes, value }) => [attributes[attribute] ?? 'all', value]));
}

describe('the age of the oldest due chunk', () => {
  const OLDEST = 'batch.oldest_unsent_chunk_seconds';

  test('is 0 without batches', async () => {
    await recoverAbandonedBatches(rig().context);
    expect(await measured(OLDEST)).toEqual({ all: 0 });
  });

  test('is 0 while chunks are not yet due, or done', async () => {
    const it = rig();
    await split(it);
    await send(it);
    await recoverAbandonedBatches(it.context);
    expect(await measured(OLDEST)).toEqual({ all: 0 });
  });

  test('counts from its send time, also for a chunk that was never claimed', async () => {
    const it = rig();
    await split(it, { recipients: numbers(150) });
    it.now += 40_000;
    await recoverAbandonedBatches(it.context);
    expect(await measured(OLDEST)).toEqual({ all: 40 });
  });

  test('counts from the wake-up time of a waiting chunk', async () => {
    const it = rig();
    await split(it);
    it.replies.push(throwing(new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable')));
    await send(it); // continues after 10 seconds
    it.now += 22_000;
    await recoverAbandonedBatches(it.context);
    expect(await measured(OLDEST)).toEqual({ all: 12 });
  });

  test('ignores canceled batches', async () => {
    const it = rig();
    await split(it);
    await cancelBatch(it.context, CLIENT, ID);
    it.now += 40_000;
    await recoverAbandonedBatches(it.context);
    expect(await measured(OLDEST)).toEqual({ all: 0 });
  });
});

test('recipients are counted when their results are written, and again when they are redriven', async () => {
  const it = rig();
  await split(it);
  it.replies.push(({ smsRecipients: [one, two, three] }) => [
    ...[one, two].flatMap((recipient) => (recipient ? [accepted(recipient)] : [])),
    ...(three ? [refused(three.to, 400)] : []),
  ]);
  await send(it);
  await redriveBatch(it.context, CLIENT, ID, false);
  await split(it);
  await send(it);
  expect(await measured('batch.recipients', 'state')).toEqual({ accepted: 3, failed: 1 });
});

test('throttled work is measured by how long it waits', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(new SwitchboardError('TooManyRequests', 'Slow down.', { retryAfterSeconds: 30 })));
  await send(it);
  expect(await measured('paced.delay', 'kind')).toMatchObject({ sms: { count: 1, sum: 30 } });
});

test('the messages of a batch carry its trace, and are unchanged without one', async () => {
  const it = rig();
  const own = { traceparent: expect.stringContaining(TRACE) };
  const facts = { name: 'submitSmsBatch', kind: 'server', parent: PARENT } as const;
  await inSpan(facts, () => submit(it, { recipients: numbers(2000) }));
  const [first] = it.storage.messages(CHUNK_QUEUE);
  expect(first).toMatchObject({ client: CLIENT, batch: ID, chunk: 0, ...own });
  expect(it.storage.messages(SPLIT_QUEUE)).toEqual([
    { ...sealedSplit(TEST_SECRET, { client: CLIENT, batch: ID }), ...own },
  ]);
  useTelemetry(undefined);
  const other = rig();
  await submit(other, { recipients: numbers(1) });
  const message = sealedChunk(TEST_SECRET, { client: CLIENT, batch: ID, chunk: 0, sendOn: other.now });
  expect(other.storage.sent.find(({ queue }) => queue === CHUNK_QUEUE)?.text).toBe(JSON.stringify(message));
});
