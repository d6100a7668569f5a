import { setTimeout as delay } from 'node:timers/promises';
import { type Child, stopChild } from './process.ts';

/** A process that comes up this often without ever serving will not serve at the next try either. */
const MAXIMUM_FAILED_STARTS = 5;

const RESTART_DELAY_MILLISECONDS = 200;

export interface Supervisor {
  /** Resolves when the process serves for the first time; rejects when it cannot be brought up. */
  readonly ready: Promise<void>;
  /** Rejects when the process can no longer be brought up; never resolves. */
  readonly failed: Promise<never>;
  stop(patienceMilliseconds: number): Promise<void>;
  /** Ends the process for good, without waiting. */
  kill(signal: NodeJS.Signals): void;
}

/** Keeps a process running: one that dies is started again, as the Functions platform would. */
export function supervise(start: () => Child, onRestart: (how: string) => void): Supervisor {
  let child = start();
  let stopping = false;
  const { ready } = child;

  const failed = keepAlive();
  failed.catch(() => undefined); // handled by those who await it; awaiting is optional

  async function keepAlive(): Promise<never> {
    await ready;
    for (let failedStarts = 0; failedStarts < MAXIMUM_FAILED_STARTS; ) {
      const { served, how } = await lifeOf(child);
      if (stopping) return new Promise<never>(() => {});
      failedStarts = served ? 0 : failedStarts + 1;
      onRestart(how);
      await delay(RESTART_DELAY_MILLISECONDS);
      if (!stopping) child = start();
    }
    throw new Error('The functions do not come up any more.');
  }

  return {
    ready,
    failed,
    async stop(patienceMilliseconds) {
      stopping = true;
      await stopChild(child, patienceMilliseconds);
    },
    kill(signal) {
      stopping = true;
      child.kill(signal);
    },
  };
}

/** Waits for the end of a process: whether it ever served, and how it ended. */
async function lifeOf(child: Child): Promise<{ served: boolean; how: string }> {
  const served = await child.ready.then(
    () => true,
    () => false,
  );
  return { served, how: await child.ended };
}
