import { expect, test } from 'vitest';
import { testSeed } from '../setup/random.ts';
import { runLongChaos } from './long.ts';

/** `npm run chaos -- --long` in small. */
test('a batch is sent to every recipient once while hosts, storage and ACS die', { timeout: 700_000 }, async () => {
  const { account, kills } = await runLongChaos({
    recipients: 2000,
    ratePerMinute: 12_000,
    kills: 6,
    killsUntil: 0.6,
    strikes: 2,
    seed: testSeed(),
    deadlineSeconds: 500,
    say: () => undefined,
  });
  expect(account).toMatchObject({ duplicates: 0, lost: 0, discrepancies: [] });
  expect(Object.values(kills).reduce((sum, count) => sum + count, 0)).toBe(6);
});
