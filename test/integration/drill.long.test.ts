import { expect, test } from 'vitest';
import { isClean, runDrill } from '../../infra/operator/drill/runDrill.ts';

const CALLS_PER_STEP = 20;

// Each of the two instances is restarted four times.
test('all keys are rotated under load, and no call fails', { timeout: 240_000 }, async () => {
  const seen: string[] = [];
  const result = await runDrill({ callsPerStep: CALLS_PER_STEP, onStep: ({ step }) => seen.push(step) });
  const { steps, total, messages, counted, stillValid } = result;
  expect(total.failures).toEqual([]);
  expect(steps.map(({ step }) => step)).toEqual(seen);
  expect(seen.filter((step) => step.startsWith('ACS'))).toHaveLength(4);
  expect(seen.filter((step) => step.startsWith('client'))).toHaveLength(3);
  for (const { calls } of steps) expect(calls).toBeGreaterThanOrEqual(CALLS_PER_STEP);
  expect(messages).toEqual({ accepted: messages.delivered, delivered: expect.any(Number), duplicates: 0 });
  expect(messages.accepted).toBeGreaterThan(0);
  // Every instance counts against the limit, before and after its restart, with any key.
  expect(counted).toBeGreaterThanOrEqual(messages.accepted);
  expect(counted).toBeLessThanOrEqual(messages.accepted + total.retries);
  expect(stillValid).toEqual([]);
  expect(isClean(result)).toBe(true);
});
