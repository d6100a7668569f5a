import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { lastStartOf } from '../../../../shared/smsbatch/send/attempt.ts';
import { accepted, numbers, type Rig, rig, type SentSms, send, split, statesOf, throwing } from '../fixtures.ts';

const lost = new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true });

/** A chunk of personalized messages: a request for each. */
async function personal(it: Rig, count = 100): Promise<void> {
  const csv = ['to,name', ...numbers(count).map((to, index) => `${to},${index}`)].join('\n');
  await split(it, { csv, message: 'Hello {{name}}' });
}

/** Makes each request take this long. Returns when each starts. */
function slow(it: Rig, milliseconds: number): number[] {
  const starts: number[] = [];
  const reply = ({ smsRecipients }: SentSms) => {
    starts.push(it.now);
    it.now += milliseconds;
    return smsRecipients.map(accepted);
  };
  it.replies.push(...Array.from({ length: 1000 }, () => reply));
  return starts;
}

describe('messages that may have been sent are repeated while ACS certainly recognizes them', () => {
  test.each([
    [285_000, 'done', 'accepted', 2],
    [285_001, 'done', 'inDoubt', 1],
  ])('after %i ms it is %s, and %s', async (milliseconds, state, result, requests) => {
    const it = rig();
    await split(it);
    it.replies.push(throwing(lost));
    await send(it);
    it.now += milliseconds;
    await send(it);
    expect(await statesOf(it)).toMatchObject({ state, results: [result, result, result] });
    expect(it.sent).toHaveLength(requests);
  });

  test('no request of a slow try starts later; the remaining recipients are in doubt', async () => {
    const it = rig();
    await personal(it);
    it.replies.push(...Array.from({ length: 100 }, () => throwing(lost)));
    const firstSent = it.now;
    await send(it);
    it.now = firstSent + 270_000;
    const starts = slow(it, 500);
    await send(it);
    expect(starts.length).toBeGreaterThan(10);
    expect(Math.max(...starts) - firstSent).toBeLessThanOrEqual(285_000);
    expect(await statesOf(it)).toMatchObject({ state: 'waiting', doubtful: true });
    it.now = firstSent + 400_000;
    await send(it);
    const { state, results = [] } = await statesOf(it);
    expect(state).toBe('done');
    expect(results.filter((result) => result === 'accepted')).toHaveLength(starts.length);
    expect(results.filter((result) => result === 'inDoubt')).toHaveLength(100 - starts.length);
  });
});

// 5 seconds and 25 milliseconds for each request, but no more than 30 seconds.
test.each([
  [1, 5_025, 1],
  [100, 7_500, 8],
  [1000, 30_000, 31],
])('%i requests start at most %i ms after the claim, so they end within the lease', async (count, latest, started) => {
  const it = rig({ tollFree: 100_000 });
  await personal(it, count);
  const claimedOn = it.now;
  const starts = slow(it, 1_000);
  await send(it);
  expect(Math.max(...starts) - claimedOn).toBeLessThanOrEqual(latest);
  expect(starts).toHaveLength(started);
  if (count === 1) return;
  expect(await statesOf(it)).toMatchObject({ state: 'waiting', doubtful: false });
});

test('time between the claim and the first request counts', async () => {
  const it = rig();
  await personal(it);
  const claimedOn = it.now;
  const starts = slow(it, 3_000);
  const { open } = it.context.ledger;
  const slowlyOpened: typeof open = async (...claim) => {
    const opened = await open(...claim);
    it.now += 5_000; // storage is slow to answer
    return opened;
  };
  Object.assign(it.context.ledger, { open: slowlyOpened });
  await send(it);
  expect(starts.length).toBeGreaterThan(0);
  expect(Math.max(...starts) - claimedOn).toBeLessThanOrEqual(7_500);
});

test('a request ends within lease and window, whatever they are', () => {
  const window = fc.integer({ min: 26, max: 86_400 });
  const claimedAfter = fc.integer({ min: 0, max: 86_400_000 });
  void fc.assert(
    fc.property(window, claimedAfter, (windowSeconds, after) => {
      const firstSent = Date.parse('2026-01-15T08:30:00Z');
      const wakeOn = firstSent + after + 60_000;
      const end = lastStartOf({ firstSent, wakeOn }, windowSeconds) + 10_000;
      expect(end).toBeLessThanOrEqual(wakeOn);
      expect(end).toBeLessThanOrEqual(firstSent + windowSeconds * 1000);
    }),
  );
});
