import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDice } from '../setup/random.ts';
import { bundleWorker, SWITCHBOARD_WORLD } from './engine/bundle.ts';
import { failureText, freshPlans, runCampaign, shrunk } from './engine/campaign.ts';
import { createPool, type Pool } from './engine/pool.ts';
import { KEPT_SEEDS_FILE, readSeeds } from './engine/seedsFile.ts';

const FRESH_MINUTES = 2;
const WORKLOAD_HOURS = 2;

/** The last runs to begin, and shrinking, take longer than the two minutes. */
const PATIENCE_MILLISECONDS = 15 * 60_000;

let pool: Pool;
beforeAll(async () => {
  pool = createPool(await bundleWorker(SWITCHBOARD_WORLD));
});
afterAll(() => pool[Symbol.asyncDispose]());

test('runs that once violated an invariant do not violate any', { timeout: PATIENCE_MILLISECONDS }, async () => {
  const plans = readSeeds(KEPT_SEEDS_FILE).map(({ plan }) => plan);
  const { statistics, failing } = await runCampaign({ pool, plans, repeatsAll: true });
  expect(failing && failureText(failing)).toBeUndefined();
  expect(statistics.seeds).toBe(plans.length);
});

test('fresh seeds violate no invariant for two minutes', { timeout: PATIENCE_MILLISECONDS }, async () => {
  const first = createDice('simulation').below(2 ** 31);
  const plans = freshPlans(first, Number.POSITIVE_INFINITY, WORKLOAD_HOURS);
  const deadline = performance.now() + FRESH_MINUTES * 60_000;
  const { statistics, failing } = await runCampaign({ pool, plans, deadline });
  console.log(`Simulation: seeds from ${first} on\n${statistics.report()}`);
  if (failing) console.error(`${failureText(failing)}\nShrunk:\n${failureText(await shrunk(pool, failing))}`);
  expect(failing?.plan).toBeUndefined();
  expect(statistics.seeds).toBeGreaterThan(0);
});
