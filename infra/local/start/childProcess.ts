import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildOptions {
  /** Printed before each line of the process's output. */
  readonly label: string;
  /** The program; default: this Node. */
  readonly command?: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  /** For a process that sends no message when it is ready: the line that shows it, and how often that line is printed. */
  readonly readyLine?: { readonly pattern: RegExp; readonly times: number };
}

export interface Child {
  readonly pid: number | undefined;
  /** Resolves when the process is ready for requests; rejects if it ends before that. */
  readonly ready: Promise<void>;
  /** Resolves with the signal or exit code that ended the process. */
  readonly ended: Promise<string>;
  /** Resolves when the process asks for another one in its place, with a function that reports the outcome to it. */
  readonly replacement: Promise<ReportReplacement>;
  kill(signal: NodeJS.Signals): void;
}

type ReportReplacement = (outcome: { readonly replaced: true } | { readonly problem: string }) => void;

/**
 * Starts a process in its own process group: Ctrl-C in the terminal reaches this process only, which then stops the others
 * in order. They see the end of this process by their IPC channel.
 */
export function startChild({ label, command, args, environment, print, readyLine }: ChildOptions): Child {
  const child = spawn(command ?? process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    windowsHide: true, // a detached process would open a console there
    env: { ...process.env, ...environment },
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  const replacement = new Promise<ReportReplacement>((resolve) => {
    child.on('message', (message) => {
      // The process may have ended in the meantime.
      if (has('replace', message)) resolve((outcome) => child.send(outcome, () => undefined));
    });
  });
  const serving = new Promise<void>((resolve) => {
    let lines = 0;
    const onLine = (line: string) => {
      if (readyLine?.pattern.test(line) && ++lines === readyLine.times) resolve();
      print(`[${label}] ${line}`);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', onLine);
    child.on('message', (message) => {
      if (has('ready', message)) resolve();
    });
  });
  const dead = ended.then((how) => Promise.reject(new Error(`${label} ended before it was ready (${how}).`)));
  const ready = Promise.race([serving, dead]);
  ready.catch(() => undefined); // callers that await it get the error; awaiting is optional
  return { pid: child.pid, ready, ended, replacement, kill: (signal) => killChild(child, signal) };
}

function has(name: string, message: unknown): boolean {
  return typeof message === 'object' && message !== null && name in message;
}

function killChild(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

/** Sends SIGTERM to a process, and SIGKILL if it is still running after `patienceMilliseconds`. */
export async function stopChild(child: Child, patienceMilliseconds: number): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds);
  child.kill('SIGTERM');
  await child.ended;
  clearTimeout(timer);
}

/** A process that has failed to become ready this often in a row is given up. */
const MAXIMUM_FAILED_STARTS = 5;

const RESTART_DELAY_MILLISECONDS = 200;

export interface Supervisor {
  /** Resolves when the process is ready for the first time; rejects if its first start fails. */
  readonly ready: Promise<void>;
  /** Rejects when the process can no longer be started; never resolves. */
  readonly failed: Promise<never>;
  stop(patienceMilliseconds: number): Promise<void>;
  /** Ends the process for good, without waiting. */
  kill(signal: NodeJS.Signals): void;
}

export interface Supervised {
  /** Called before a process is replaced at its own request. */
  readonly beforeReplacement: () => Promise<void>;
  readonly onRestart: (how: string) => void;
}

/** Keeps a process running: restarts it after it dies, as the Functions platform would. */
export function supervise(startProcess: () => Child, { beforeReplacement, onRestart }: Supervised): Supervisor {
  let child = start();
  let stopping = false;
  const { ready } = child;

  const failed = keepAlive();
  failed.catch(() => undefined); // callers that await it get the error; awaiting is optional

  async function keepAlive(): Promise<never> {
    await ready;
    for (let failedStarts = 0; failedStarts < MAXIMUM_FAILED_STARTS; ) {
      const { ended, wasReady, how } = await endOfCurrent();
      if (stopping) return new Promise<never>(() => {});
      failedStarts = wasReady ? 0 : failedStarts + 1;
      await restart(ended, how);
    }
    throw new Error(`The functions process failed to start ${MAXIMUM_FAILED_STARTS} times in a row.`);
  }

  /** Ignores the end of a process that has been replaced. */
  async function endOfCurrent() {
    for (;;) {
      const current = child;
      const life = await lifeOf(current);
      if (child === current) return { ended: current, ...life };
    }
  }

  async function restart(ended: Child, how: string): Promise<void> {
    onRestart(how);
    await delay(RESTART_DELAY_MILLISECONDS);
    if (!stopping && child === ended) child = start();
  }

  function start(): Child {
    const started = startProcess();
    void started.replacement.then((report) => replace(started, report));
    return started;
  }

  /** The process that is replaced still runs, to answer the request that asked for this, but has closed its ports. */
  async function replace(old: Child, report: ReportReplacement): Promise<void> {
    try {
      await beforeReplacement();
      if (stopping || child !== old) return;
      child = start();
      await child.ready;
      report({ replaced: true });
    } catch (error) {
      report({ problem: (error as Error).message });
    }
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

/** Waits for the end of a process. Returns whether it was ever ready, and how it ended. */
async function lifeOf(child: Child): Promise<{ wasReady: boolean; how: string }> {
  const wasReady = await child.ready.then(
    () => true,
    () => false,
  );
  return { wasReady, how: await child.ended };
}
