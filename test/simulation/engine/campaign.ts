import type { Pool } from './pool.ts';
import type { Plan, RunResult } from './run.ts';
import { Shrinker } from './shrink.ts';
import { Statistics } from './statistics.ts';

/** Every so many runs are repeated, and must have the same trace. */
const REPEATED_EVERY = 20;

export interface Campaign {
  readonly pool: Pool;
  readonly plans: Iterable<Plan>;
  /** No run begins after it (`performance.now()`). */
  readonly deadline?: number;
  /** Repeats every run. Default: one of twenty, the first included. */
  readonly repeatsAll?: boolean;
}

export interface CampaignResult {
  readonly statistics: Statistics;
  readonly repeated: number;
  /** The first run that failed. */
  readonly failing: RunResult | undefined;
}

/** Runs plans, as many at a time as the pool has threads, until one fails. */
export async function runCampaign({ pool, plans, deadline, repeatsAll = false }: Campaign): Promise<CampaignResult> {
  const statistics = new Statistics();
  let failing: RunResult | undefined;
  let begun = 0;
  let repeated = 0;
  const rest = plans[Symbol.iterator]();
  const hasTime = () => deadline === undefined || performance.now() < deadline;
  const runOne = async (plan: Plan, isRepeated: boolean) => {
    const result = await pool.run(plan);
    statistics.add(result);
    if (result.failure) failing ??= result;
    else if (isRepeated) {
      repeated += 1;
      failing ??= differenceOf(result, await pool.run(plan));
    }
  };
  const work = async () => {
    while (!failing && hasTime()) {
      const next = rest.next();
      if (next.done) return;
      begun += 1;
      await runOne(next.value, repeatsAll || begun % REPEATED_EVERY === 1);
    }
  };
  await Promise.all(Array.from({ length: pool.size }, work));
  return { statistics, repeated, failing };
}

export const SAME_TRACE = 'the same seed has the same trace';

/** The failure of a run that went differently when it was repeated. */
function differenceOf(first: RunResult, second: RunResult): RunResult | undefined {
  if (first.traceHash === second.traceHash) return undefined;
  const facts = { first: first.traceHash, second: second.traceHash, steps: [first.steps, second.steps] };
  return { ...second, failure: { invariant: SAME_TRACE, facts } };
}

/** Makes a failing run as small as possible. */
export async function shrunk(pool: Pool, failing: RunResult): Promise<RunResult> {
  if (failing.failure?.invariant === SAME_TRACE) return failing; // a single run cannot show it
  return new Shrinker((plan) => pool.run(plan), failing).shrink();
}

/** Lines of the trace that are shown of a failing run. */
const SHOWN_LINES = 60;

export function failureText({ plan, failure, lastLines }: RunResult, lines: number = SHOWN_LINES): string {
  return [
    ...lastLines.slice(-lines),
    `Violated: ${failure?.invariant}`,
    JSON.stringify(failure?.facts, null, 2),
    `Plan: ${JSON.stringify(plan)}`,
  ].join('\n');
}

/** Plans of fresh seeds. */
export function* freshPlans(firstSeed: number, count: number, workloadHours: number): Iterable<Plan> {
  for (let at = 0; at < count; at += 1) yield { seed: firstSeed + at, workloadHours };
}
