import { testSeed } from '../../setup/random.ts';
import { bundleWorker, SWITCHBOARD_WORLD } from './bundle.ts';
import { failureText, freshPlans, runCampaign, shrunk } from './campaign.ts';
import { createPool, type Pool } from './pool.ts';
import type { Plan, RunResult } from './run.ts';
import { KEPT_SEEDS_FILE, keepSeed, parsePlan, readSeeds } from './seedsFile.ts';

export interface SimulateOptions {
  readonly seeds: number | undefined;
  readonly minutes: number | undefined;
  readonly hours: number;
  readonly from: number | undefined;
  readonly seed: number | undefined;
  readonly plan: string | undefined;
  readonly file: string | undefined;
  readonly keeps: boolean;
  readonly shrinks: boolean;
  readonly threads: number | undefined;
  readonly defaultSeeds: number;
  /** Default: Switchboard. */
  readonly world?: string;
  readonly say: (text: string) => void;
}

/** @returns the exit code */
export async function simulate(options: SimulateOptions): Promise<number> {
  await using pool = createPool(await bundleWorker(options.world ?? SWITCHBOARD_WORLD), options.threads);
  const one = onePlan(options);
  if (one) return await showOne(pool, one, options); // the pool must last until then
  const { statistics, repeated, failing } = await runCampaign({ pool, ...selection(options) });
  options.say(statistics.report());
  options.say(`${repeated} runs were repeated and compared`);
  if (!failing) return 0;
  await report(pool, failing, options);
  return 1;
}

function onePlan({ seed, plan, hours }: SimulateOptions): Plan | undefined {
  if (plan !== undefined) return parsePlan(plan);
  return seed === undefined ? undefined : { seed, workloadHours: hours };
}

function selection({ file, seeds, minutes, hours, from, defaultSeeds, say }: SimulateOptions) {
  if (file !== undefined) return { plans: readSeeds(file).map(({ plan }) => plan), repeatsAll: true };
  const first = from ?? testSeed();
  say(`Seeds from ${first} on`);
  const count = seeds ?? (minutes === undefined ? defaultSeeds : Number.POSITIVE_INFINITY);
  const deadline = minutes === undefined ? {} : { deadline: performance.now() + 60_000 * minutes };
  return { plans: freshPlans(first, count, hours), ...deadline };
}

async function showOne(pool: Pool, plan: Plan, { say, ...options }: SimulateOptions): Promise<number> {
  const { statistics, failing } = await runCampaign({ pool, plans: [plan], repeatsAll: true });
  say(statistics.report());
  if (!failing) {
    const { lastLines, traceHash } = await pool.run(plan);
    say([...lastLines, `Trace ${traceHash}, twice`].join('\n'));
    return 0;
  }
  await report(pool, failing, { ...options, say });
  return 1;
}

async function report(pool: Pool, failing: RunResult, { say, shrinks, keeps }: SimulateOptions): Promise<void> {
  say(failureText(failing));
  if (!failing.failure) return;
  const smallest = shrinks ? await shrunk(pool, failing) : failing;
  if (smallest !== failing) say(`Shrunk:\n${failureText(smallest)}`);
  say(`Repeat it with: npm run simulate -- --plan '${JSON.stringify(smallest.plan)}'`);
  if (keeps) keepSeed(KEPT_SEEDS_FILE, smallest.plan, failing.failure.invariant);
}
