import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effort } from '../setup/effort.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { createDice } from '../setup/random.ts';
import { CLIENTS } from './fuzz/clients.ts';
import { MESSAGES } from './fuzz/messages.ts';
import { attack } from './fuzz/run.ts';
import { changesBetween, snapshotOf, waitingMessages } from './fuzz/snapshot.ts';
import { STRANGERS } from './fuzz/strangers.ts';
import { createVictim, FUZZ_CLIENTS, type Victim } from './fuzz/victim.ts';

// Hostile requests of many kinds against a whole Switchboard that has another client's data. None may get an answer that its
// kind does not allow, read or change that data, or send anything. TEST_SEED repeats a run, FUZZ_REQUESTS sets its length;
// `npm run test:all` sends twenty times as many.

const FULL_REQUESTS = 20_000;
const requests = Number(process.env['FUZZ_REQUESTS'] ?? effort(1_000, FULL_REQUESTS));

const STRANGERS_SHARE = 0.7;
const TIMEOUT = 240_000;

let stack: OwnStack;
let victim: Victim;

beforeAll(async () => {
  stack = await startOwnStack({ CLIENTS: JSON.stringify(Object.values(FUZZ_CLIENTS)) });
  victim = await createVictim(stack);
}, TIMEOUT);

afterAll(() => stack.stop());

test('strangers read, send and store nothing', { timeout: TIMEOUT }, async () => {
  const before = await snapshotOf(stack);
  const { wrong } = await attack(STRANGERS, Math.round(requests * STRANGERS_SHARE), createDice('strangers'), victim);
  expect(wrong).toEqual({});
  expect(changesBetween(before, await snapshotOf(stack), () => false)).toEqual([]);
});

test('clients read and change nothing of another client', { timeout: TIMEOUT }, async () => {
  const before = await snapshotOf(stack);
  const { wrong } = await attack(CLIENTS, Math.round(requests * (1 - STRANGERS_SHARE)), createDice('clients'), victim);
  expect(wrong).toEqual({});
  expect(changesBetween(before, await snapshotOf(stack), isRivalsOwn)).toEqual([]);
});

test('forged and hostile messages on the queues send and change nothing', { timeout: TIMEOUT }, async () => {
  const dice = createDice('messages');
  const before = await snapshotOf(stack);
  const service = QueueServiceClient.fromConnectionString(stack.storage ?? '');
  for (const { count, make } of MESSAGES) {
    for (let index = 0; index < Math.ceil((count * requests) / FULL_REQUESTS); index += 1) {
      const { queue, text } = make(dice, victim);
      await service.getQueueClient(queue).sendMessage(Buffer.from(text).toString('base64'));
    }
  }
  await expect.poll(() => waitingMessages(stack, RESULTS), { timeout: 120_000, interval: 500 }).toEqual({});
  expect(changesBetween(before, await snapshotOf(stack), isRivalsOwn)).toEqual([]);
});

/** Where failed messages end, and events of them. */
const RESULTS = /-poison$|^outcomes$/;

/**
 * What hostile clients leave: their own counters, audit entries and answers, the events that were dropped, and reports of
 * messages that do not exist, because a report may arrive before its message was stored.
 */
function isRivalsOwn(change: string): boolean {
  return /^(?:new|changed): table \w+ \S*(?:rival|narrow)|^new: table (?:answers|droppedevents|smsmessages) /.test(
    change,
  );
}
