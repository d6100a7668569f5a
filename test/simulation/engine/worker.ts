import { parentPort } from 'node:worker_threads';
import { type Plan, runPlan } from './run.ts';
import type { World } from './types.ts';

/** Runs the plans that a pool sends to this thread: a run replaces what all code of its thread sees of time. */
export function serveRuns(world: World): void {
  parentPort?.on('message', (plan: Plan) => {
    void runPlan(world, plan).then((result) => parentPort?.postMessage(result));
  });
}
