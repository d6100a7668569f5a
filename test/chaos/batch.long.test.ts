import { expect, test } from 'vitest';
import { runChaos } from './run.ts';

/** `npm run chaos` in small: early kills, so that all that they leave lying is taken up at the same time. */
test('a batch is sent to every recipient once, whatever dies and whatever ACS does', { timeout: 300_000 }, async () => {
  const result = await runChaos({
    recipients: 1500,
    ratePerMinute: 12_000,
    killSubmission: false,
    kills: 4,
    killsUntil: 0.6,
    strikes: 3,
    deadlineSeconds: 240,
    say: () => undefined,
  });
  expect(result.account).toMatchObject({ duplicates: 0, lost: 0, discrepancies: [] });
  expect(result.kills).toBe(4);
  expect(result.recognised).toBeGreaterThan(0);
  expect(result.struck).not.toContainEqual(expect.stringMatching(/× 0$/));
  expect(result.lateRequests).toBe(0);
});
