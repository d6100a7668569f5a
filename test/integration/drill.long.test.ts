import { expect, test } from 'vitest';
import { isClean, runDrill } from '../../infra/operator/drill/run.ts';

const CALLS_FOR_EACH_STEP = 20;

// Two instances are replaced four times, each by a new process.
test('all keys are changed while calls go on, and none of them fails', { timeout: 240_000 }, async () => {
  const seen: string[] = [];
  const result = await runDrill({ callsForEachStep: CALLS_FOR_EACH_STEP, onStep: ({ step }) => seen.push(step) });
  const { steps, total, messages, counted, stillGood } = result;
  expect(total.failures).toEqual([]);
  expect(steps.map(({ step }) => step)).toEqual(seen);
  expect(seen.filter((step) => step.startsWith('ACS'))).toHaveLength(4);
  expect(seen.filter((step) => step.startsWith('client'))).toHaveLength(3);
  for (const { calls } of steps) expect(calls).toBeGreaterThanOrEqual(CALLS_FOR_EACH_STEP);
  expect(messages).toEqual({ accepted: messages.delivered, delivered: expect.any(Number), twice: 0 });
  expect(messages.accepted).toBeGreaterThan(0);
  // Under a limit: counted by every instance, old or new, under whichever key.
  expect(counted).toBeGreaterThanOrEqual(messages.accepted);
  expect(counted).toBeLessThanOrEqual(messages.accepted + total.retries);
  expect(stillGood).toEqual([]);
  expect(isClean(result)).toBe(true);
});
