import { expect, test } from 'vitest';
import { runPlan } from '../../simulation/engine/run.ts';
import { simulate } from '../../simulation/engine/simulate.ts';
import { world } from './countingWorld.ts';

/** Runs the command's work in threads of its own. */
async function simulated(options: { readonly seed?: number; readonly plan?: string }) {
  const lines: string[] = [];
  const exitCode = await simulate({
    ...{ seeds: undefined, minutes: undefined, hours: 1, from: undefined, file: undefined, threads: 1 },
    ...{ seed: options.seed, plan: options.plan, keeps: false, shrinks: false, defaultSeeds: 1 },
    world: 'test/unit/simulation/countingWorld.ts',
    say: (text) => lines.push(text),
  });
  return { exitCode, text: lines.join('\n') };
}

/** The first seed of which the run ends so. */
async function seedThat(fails: boolean): Promise<number> {
  for (let seed = 1; seed < 100; seed += 1) {
    const { failure } = await runPlan(world, { seed, workloadHours: 1 });
    if ((failure !== undefined) === fails) return seed;
  }
  throw new Error('There is no such seed.');
}

test('one seed prints the trace that it has in any thread', async () => {
  const seed = await seedThat(false);
  const { traceHash } = await runPlan(world, { seed, workloadHours: 1 });
  const { exitCode, text } = await simulated({ seed });
  expect(text).toContain(`Trace ${traceHash}, twice`);
  expect(exitCode).toBe(0);
});

test('a failing seed prints a plan that fails again', async () => {
  const first = await simulated({ seed: await seedThat(true) });
  expect(first.exitCode).toBe(1);
  expect(first.text).toContain('Violated: no row goes down');
  const [, plan = ''] = /--plan '(.+)'$/.exec(first.text) ?? [];
  const second = await simulated({ plan });
  expect(second.exitCode).toBe(1);
  expect(second.text).toContain('Violated: no row goes down');
});
