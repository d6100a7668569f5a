import { describe, expect, test } from 'vitest';
import { runCampaign, SAME_TRACE } from '../../simulation/engine/campaign.ts';
import type { Pool } from '../../simulation/engine/pool.ts';
import { type Plan, type RunResult, runPlan } from '../../simulation/engine/run.ts';
import { Shrinker } from '../../simulation/engine/shrink.ts';
import { carefully, carelessly, countingWorld } from './countingWorld.ts';

const planOf = (seed: number): Plan => ({ seed, workloadHours: 1 });

/** The first seed in which the careless world fails. */
async function failingRun(): Promise<RunResult> {
  for (let seed = 1; seed < 100; seed += 1) {
    const result = await runPlan(countingWorld(carelessly), planOf(seed));
    if (result.failure) return result;
  }
  throw new Error('The careless world never fails.');
}

test('the same seed has the same trace and result, another seed another', async () => {
  const world = countingWorld(carefully);
  const first = await runPlan(world, planOf(1));
  expect(await runPlan(world, planOf(1))).toEqual(first);
  const other = await runPlan(world, planOf(2));
  expect(other.traceHash).not.toBe(first.traceHash);
});

test('finds a lost update, replays it exactly and shrinks it', async () => {
  const failing = await failingRun();
  expect(failing.failure?.invariant).toBe('no row goes down');
  const world = countingWorld(carelessly);
  expect(await runPlan(world, failing.plan)).toEqual(failing);
  const smallest = await new Shrinker((plan) => runPlan(world, plan), failing).shrink();
  expect(smallest.failure?.invariant).toBe('no row goes down');
  // Two processes and one row are enough to lose an update.
  expect(20 - (smallest.plan.leftOutActions?.length ?? 0)).toBeLessThan(8);
  expect(await runPlan(world, smallest.plan)).toEqual(smallest);
});

test('finds nothing where there is nothing', async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    expect((await runPlan(countingWorld(carefully), planOf(seed))).failure).toBeUndefined();
  }
});

/** A result as of a run that fails as long as it has action 5, at least 3 recipients, and kills in its first minute. */
function fakeRun(plan: Plan): RunResult {
  const { disabledFaults = [], leftOutActions = [], amounts = {}, faultsUntilMilliseconds = 3_600_000 } = plan;
  const isFailing =
    !leftOutActions.includes(5) &&
    Number(Object.hasOwn(amounts, 'recipients') ? amounts['recipients'] : 100) >= 3 &&
    !disabledFaults.includes('kill') &&
    faultsUntilMilliseconds >= 60_000;
  return {
    plan,
    failure: isFailing ? { invariant: 'no duplicates', facts: {} } : undefined,
    ...{ traceHash: '', lastLines: [], steps: 1, virtualMilliseconds: 3_600_000, processes: 1, kills: 1 },
    ...{ faults: { kill: 1, storageSlow: 3 }, actions: 10, amounts: { recipients: 100, files: 1 } },
  };
}

test('leaves out what a failure does not need', async () => {
  const shrinker = new Shrinker(async (plan) => fakeRun(plan), fakeRun(planOf(1)));
  const { plan } = await shrinker.shrink();
  expect(plan.leftOutActions).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9]);
  expect(plan.disabledFaults).toEqual(['storageSlow']);
  expect(plan.amounts?.['recipients']).toBeLessThan(6);
  expect(plan.faultsUntilMilliseconds).toBeGreaterThanOrEqual(60_000);
  expect(plan.faultsUntilMilliseconds).toBeLessThan(70_000);
  expect(shrinker.runs).toBeLessThan(100);
});

test('does not take another failure for the same', async () => {
  const other = async (plan: Plan): Promise<RunResult> => ({
    ...fakeRun(plan),
    failure: { invariant: 'no loss', facts: {} },
  });
  const failing = fakeRun(planOf(1));
  expect(await new Shrinker(other, failing).shrink()).toBe(failing);
});

describe('a campaign', () => {
  const poolOf = (run: (plan: Plan, count: number) => RunResult): Pool & { readonly seeds: number[] } => {
    const seeds: number[] = [];
    return {
      seeds,
      size: 2,
      run: async (plan) => {
        seeds.push(plan.seed);
        return run(plan, seeds.filter((it) => it === plan.seed).length);
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  };
  const plans = Array.from({ length: 40 }, (_, index) => planOf(index));
  const passing = (plan: Plan): RunResult => ({ ...fakeRun(plan), failure: undefined });

  test('runs every plan, and some of them twice', async () => {
    const pool = poolOf(passing);
    const { statistics, repeated, failing } = await runCampaign({ pool, plans });
    expect(failing).toBeUndefined();
    expect(new Set(pool.seeds).size).toBe(40);
    expect([statistics.seeds, repeated, pool.seeds.length]).toEqual([40, 2, 42]);
  });

  test('ends with the first failure', async () => {
    const pool = poolOf((plan) => (plan.seed === 7 ? fakeRun(plan) : passing(plan)));
    const { failing } = await runCampaign({ pool, plans });
    expect(failing?.plan.seed).toBe(7);
    expect(Math.max(...pool.seeds)).toBeLessThan(10);
  });

  test('fails if a run goes differently when it is repeated', async () => {
    const pool = poolOf((plan, count) => ({ ...passing(plan), traceHash: `trace ${count}` }));
    const { failing } = await runCampaign({ pool, plans });
    expect(failing?.failure?.invariant).toBe(SAME_TRACE);
  });

  test('begins no run after its deadline', async () => {
    const pool = poolOf(passing);
    await runCampaign({ pool, plans, deadline: performance.now() - 1 });
    expect(pool.seeds).toEqual([]);
  });
});
