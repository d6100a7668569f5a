import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Plan, RunResult } from './run.ts';

/** A run that takes longer in real time hangs: it stays in one step for ever. */
const PATIENCE_MILLISECONDS = 300_000;

/** Runs plans side by side, one for each thread. */
export interface Pool extends AsyncDisposable {
  readonly size: number;
  run(plan: Plan): Promise<RunResult>;
}

export function createPool(file: string, size: number = availableParallelism()): Pool {
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const workers = new Set<Worker>();

  const take = async (): Promise<Worker> => {
    const worker = idle.pop();
    if (worker) return worker;
    if (workers.size >= size) return new Promise((resolve) => waiting.push(resolve));
    const created = new Worker(file, { execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'] });
    workers.add(created);
    return created;
  };
  const giveBack = (worker: Worker) => {
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
  };
  return {
    size,
    async run(plan) {
      const worker = await take();
      const result = await answerOf(worker, plan);
      giveBack(worker);
      return result;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

/** @throws Error if the thread ends or hangs: a bug of the simulation, or an endless loop in the code under test */
async function answerOf(worker: Worker, plan: Plan): Promise<RunResult> {
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const onExit = () => reject(new Error(`The thread that ran seed ${plan.seed} has ended.`));
  const onHang = () => reject(new Error(`Seed ${plan.seed} hangs: a step does not end.`));
  worker.once('message', resolve).once('error', reject).once('exit', onExit);
  const watch = setTimeout(onHang, PATIENCE_MILLISECONDS);
  worker.postMessage(plan);
  try {
    return await promise;
  } finally {
    clearTimeout(watch);
    worker.off('message', resolve).off('error', reject).off('exit', onExit);
  }
}
