import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recoverAbandonedBatches } from '../../../../shared/smsbatch/sweep.ts';
import { accepted, batchOf, FROM, numbers, type Rig, rig, type SentSms, split } from '../fixtures.ts';
import { HostQueues } from '../model/hostQueues.ts';
import { functionOf } from '../model/queueFunctions.ts';

// One process that handles one message at a time. Every chunk is late if that takes longer than the sender's rate allows, or if
// the process gets each message late.

const SWEEP_MILLISECONDS = 15_000;

interface Speed {
  /** Milliseconds from getting a message to looking at the clock. */
  readonly looking: number;
  /** Milliseconds for sending a chunk. */
  readonly sending: number;
}

/** Handles messages in the order of their times until the batch is completed. */
async function work(
  it: Rig,
  { looking, sending }: Speed,
): Promise<{ readonly handled: number; readonly took: number }> {
  const queues = new HostQueues(it.storage, () => it.now);
  const startedOn = it.now;
  let sweptOn = it.now;
  let handled = 0;
  const reply = ({ smsRecipients }: SentSms) => {
    it.now += sending / 4; // a chunk has four requests
    return smsRecipients.map(accepted);
  };
  it.replies.push(...Array.from({ length: 1000 }, () => reply));
  while ((await batchOf(it)).state !== 'completed') {
    if (it.now - sweptOn >= SWEEP_MILLISECONDS) {
      sweptOn = it.now;
      await recoverAbandonedBatches(it.context);
    }
    queues.receive();
    const [message] = queues.visible().sort((one, other) => one.visibleOn - other.visibleOn);
    if (!message) {
      it.now = Math.max(it.now, Math.min(queues.nextVisibleOn() ?? Infinity, sweptOn + SWEEP_MILLISECONDS));
      continue;
    }
    queues.take(message);
    handled += 1;
    it.now += looking;
    await functionOf(message).run(it.context);
    queues.settle(message, 'done');
    if (handled > 50 * CHUNKS) expect.fail('The batch is never sent.');
  }
  return { handled, took: it.now - startedOn };
}

const CHUNKS = 40;
/** 400 recipients of 5,400 a minute. */
const CHUNK_MILLISECONDS = 4444;

async function sendAll(speed: Speed) {
  const it = rig({ [FROM]: 6000 });
  await split(it, { recipients: numbers(400 * CHUNKS) });
  const result = await work(it, speed);
  expect(it.sent.flatMap(({ smsRecipients }) => smsRecipients)).toHaveLength(400 * CHUNKS);
  return result;
}

const milliseconds = fc.oneof(
  fc.constantFrom(10, CHUNK_MILLISECONDS - 1, CHUNK_MILLISECONDS, CHUNK_MILLISECONDS + 1, 2 * CHUNK_MILLISECONDS),
  fc.integer({ min: 1, max: 20_000 }),
);

/** Handled, and times the time that the slowest step takes for all chunks. The tolerance is doubled two or three times. */
const MOST = 20;

test('a process that is slower than the sender’s rate sends everything, in a time that depends on its speed', async () => {
  const property = fc.asyncProperty(milliseconds, milliseconds, async (looking, sending) => {
    const { handled, took } = await sendAll({ looking, sending });
    expect(handled).toBeLessThanOrEqual(MOST * CHUNKS);
    expect(took).toBeLessThanOrEqual(MOST * CHUNKS * Math.max(looking + sending, CHUNK_MILLISECONDS));
  });
  await fc.assert(property, {
    numRuns: 30,
    examples: [
      [CHUNK_MILLISECONDS, 5000],
      [20_000, 20_000],
    ],
  });
}, 60_000);
