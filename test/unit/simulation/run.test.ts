import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Plan, runPlan } from '../../simulation/engine/run.ts';
import type { SimulatedProcess, Simulation, World } from '../../simulation/engine/types.ts';

const PLAN: Plan = { seed: 1, workloadHours: 1 };

/** Two processes count in one row, with time-outs, conflicts and kills; killed ones are started again. */
const counting: World = {
  async run(simulation) {
    const countTo = simulation.amount('count', 100);
    const count = async (process: SimulatedProcess) => {
      const table = process.storage.tables.table('counters');
      for (;;) {
        const row = await table.get('counter', 'row');
        const value = Number(row?.values['value'] ?? 0);
        if (value >= countTo) return;
        if (row) await table.replace('counter', { ...row, values: { value: value + 1 } }).catch(() => undefined);
        else await table.insert('counter', 'row', { value: 1 }).catch(() => undefined);
        await pause(Math.random() * 1000);
      }
    };
    await Promise.all(['one', 'other'].map((name) => keepRunning(simulation, name, count)));
    const [row] = simulation.account.rows('counters');
    if (row?.values['value'] !== countTo) simulation.fail('counts to the end', { ...row?.values });
  },
};

async function keepRunning(simulation: Simulation, name: string, work: (process: SimulatedProcess) => Promise<void>) {
  for (;;) {
    const process = simulation.startProcess(name);
    const isDone = await process
      .run(() => work(process))
      .then(
        () => true,
        () => false,
      );
    if (isDone) return;
  }
}

test('a run of the same seed has the same trace, another seed has another', async () => {
  const [first, second, other] = [
    await runPlan(counting, PLAN),
    await runPlan(counting, PLAN),
    await runPlan(counting, { ...PLAN, seed: 2 }),
  ];
  console.log(
    first.traceHash,
    first.steps,
    first.kills,
    first.faults,
    first.virtualMilliseconds,
    first.failure,
    first.lastLines.slice(-20),
  );
  expect(second).toEqual(first);
  expect(other.traceHash).not.toBe(first.traceHash);
  const t = performance.now();
  let steps = 0;
  for (let i = 0; i < 100; i++) steps += (await runPlan(counting, { ...PLAN, seed: i })).steps;
  console.log(steps, performance.now() - t);
});
