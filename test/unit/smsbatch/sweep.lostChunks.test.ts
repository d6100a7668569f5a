import { v5 } from 'uuid';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AcsSession } from '../../../shared/acs/session.ts';
import { NO_AUDIT } from '../../../shared/audit/auditRecorder.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import { type BatchContext, createBatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { NOTHING } from '../../../shared/smsbatch/ledger/counters.ts';
import {
  CHUNK_QUEUE,
  type ChunkMessage,
  chunkMessage,
  isAuthenticChunk,
} from '../../../shared/smsbatch/send/batchQueues.ts';
import { sendChunk } from '../../../shared/smsbatch/send/sendChunk.ts';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { clientsWith } from './fixtures.ts';

// Chunks whose message was taken by a process that died before the chunk had a row.

const FROM = '+18005550101';
const CLIENT = 'everything';

/** Recipients per minute; a chunk has a hundred of them. */
const RATE = 2000;

let storage: MemoryStorage;
let context: BatchContext;
let now: number;
let requestIds: string[];
let requests: number;
let isDown: boolean;

const pass = (seconds: number) => {
  now += seconds * 1000;
};

const session: AcsSession = {
  publicUrl: '',
  apiVersions: { identity: '', sms: '2021-03-07', email: '', chat: '' },
  send: async ({ body }) => {
    requests += 1;
    if (isDown) throw new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable (503).');
    const { smsRecipients } = body as { smsRecipients: { to: string; repeatabilityRequestId: string }[] };
    requestIds.push(...smsRecipients.map((it) => it.repeatabilityRequestId));
    const value = smsRecipients.map(({ to }) => ({ to, messageId: `id-${to}`, httpStatusCode: 202, successful: true }));
    return { status: 202, body: { value }, header: () => undefined, repetition: 'recognised' };
  },
};

beforeEach(() => {
  storage = new MemoryStorage();
  now = Date.UTC(2026, 0, 15, 8, 30);
  requests = 0;
  requestIds = [];
  isDown = false;
  context = createBatchContext({
    secret: async () => TEST_SECRET,
    storage,
    clients: clientsWith({}, CLIENT),
    optOuts: createOptOuts(storage.tables, () => now),
    settings: { ratesPerMinute: { tollFree: RATE }, repeatabilityWindowSeconds: 300 },
    now: () => now,
    acs: () => session,
    audit: NO_AUDIT,
  });
});

const pace = { key: FROM, ratePerMinute: RATE };

/** The chunk messages since the last call. */
function newMessages(): ChunkMessage[] {
  return storage.sent
    .splice(0)
    .filter(({ queue }) => queue === CHUNK_QUEUE)
    .map(({ text }) => JSON.parse(text));
}

/** A batch whose chunks all have send times. */
async function splitOne(recipientCount: number) {
  const recipients = Array.from({ length: recipientCount }, (_, index) => `+1425${5_550_000 + index}`);
  const id = crypto.randomUUID();
  await submitBatch(context, { id, client: CLIENT, request: { from: FROM, message: 'Hello', recipients } });
  await splitBatch(context, { client: CLIENT, batch: id });
  return { id, messages: newMessages() };
}

describe('a chunk that was never claimed', () => {
  test('is requeued once, soon after its send time', async () => {
    const { messages } = await splitOne(300);
    expect(messages.map(({ chunk }) => chunk)).toEqual([0, 1, 2]);
    for (const message of messages.slice(0, 1)) await sendChunk(context, message);
    pass(29);
    await recoverAbandonedBatches(context);
    expect(newMessages()).toEqual([]);
    pass(11);
    await recoverAbandonedBatches(context);
    await recoverAbandonedBatches(context);
    expect(newMessages().map(({ chunk }) => chunk)).toEqual([1, 2]);
  });

  test('is requeued even while its sender is busy', async () => {
    await splitOne(100);
    await context.senders.reserve(pace, { recipients: 100_000 }, now);
    pass(60);
    await recoverAbandonedBatches(context);
    expect(newMessages()).toHaveLength(1);
  });

  test('is sent once when its original message arrives after all', async () => {
    const { id, messages } = await splitOne(100);
    pass(60);
    await recoverAbandonedBatches(context);
    const again = newMessages();
    for (const message of [...messages, ...again, ...messages]) await sendChunk(context, message);
    expect(requests).toBe(1);
    expect(await context.ledger.tally(id)).toEqual({ ...NOTHING, accepted: 100 });
  });

  test('is not requeued before its send time', async () => {
    await context.senders.reserve(pace, { recipients: RATE * 1.5 }, now);
    await splitOne(200);
    pass(60);
    await recoverAbandonedBatches(context);
    expect(newMessages()).toEqual([]);
  });
});

describe('a chunk that was put back because its sender is paused', () => {
  test('has one message, regardless of the length of the pause', async () => {
    const { messages } = await splitOne(300);
    await context.senders.pause(pace, now + 300_000);
    for (const message of messages) await sendChunk(context, message);
    expect(newMessages()).toHaveLength(3);
    for (let sweep = 0; sweep < 10; sweep += 1) {
      pass(29);
      await recoverAbandonedBatches(context);
    }
    expect(newMessages()).toEqual([]);
    expect(requests).toBe(0);
  });

  test('is sent after the pause', async () => {
    const { id, messages } = await splitOne(200);
    await context.senders.pause(pace, now + 60_000);
    for (const message of messages) await sendChunk(context, message);
    const again = newMessages();
    pass(64);
    for (const message of again) await sendChunk(context, message);
    expect(await context.ledger.tally(id)).toEqual({ ...NOTHING, accepted: 200 });
  });

  test('also has one message when it was tried before', async () => {
    const { messages } = await splitOne(100);
    isDown = true;
    for (const message of messages) await sendChunk(context, message);
    const again = newMessages();
    expect(again).toHaveLength(1);
    pass(15);
    await context.senders.pause(pace, now + 300_000);
    for (const message of again) await sendChunk(context, message);
    expect(newMessages()).toHaveLength(1);
    for (let sweep = 0; sweep < 10; sweep += 1) {
      pass(29);
      await recoverAbandonedBatches(context);
    }
    expect(newMessages()).toEqual([]);
  });
});

test('the sweep recovers a batch whose messages were written by an older version, with the ids that ACS knows', async () => {
  const recipients = Array.from({ length: 300 }, (_, index) => `+1425${5_550_000 + index}`);
  const id = 'f09c735a-9014-56ff-8a1e-063ecb228ef4'; // as that version made it: a UUIDv5
  await submitBatch(context, { id, client: CLIENT, request: { from: FROM, message: 'Hello', recipients } });
  // Its messages have no seal: they are dropped.
  const olderMessages = newMessages().map(({ seal: _, ...message }) => ({ ...message, recipients }));
  expect(olderMessages).toHaveLength(3);
  for (const message of olderMessages) expect(chunkMessage.safeParse(message).success).toBe(false);
  pass(60);
  await recoverAbandonedBatches(context);
  for (const message of newMessages()) {
    now = message.sendOn ?? 0;
    expect(isAuthenticChunk(message, TEST_SECRET)).toBe(true);
    await sendChunk(context, message);
  }
  expect(await context.ledger.tally(id)).toEqual({ ...NOTHING, accepted: 300 });
  const expected = recipients.map((_, index) => v5(`${index}/0`, id));
  expect(new Set(requestIds)).toEqual(new Set(expected));
});
