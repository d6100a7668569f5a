import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  /** Stands before each line that the process prints. */
  readonly label: string;
  /** The program; this Node when not given. */
  readonly command?: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  /** Where the process cannot send a message when it serves: the line that says so, and how often it comes. */
  readonly readyLine?: { readonly pattern: RegExp; readonly times: number };
}

export interface Child {
  readonly pid: number | undefined;
  /** Resolves when the process serves; rejects when it ends before that. */
  readonly ready: Promise<void>;
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts a process in a process group of its own: Ctrl-C in the terminal reaches only us, and we decide in which
 * order the others end. The IPC channel tells them when we are gone.
 */
export function startChild({ label, command, args, environment, print, readyLine }: ChildOptions): Child {
  const child = spawn(command ?? process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, ...environment },
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  const serves = new Promise<void>((resolve) => {
    let lines = 0;
    const onLine = (line: string) => {
      if (readyLine?.pattern.test(line) && ++lines === readyLine.times) resolve();
      print(`[${label}] ${line}`);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', onLine);
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) resolve();
    });
  });
  const dead = ended.then((how) => Promise.reject(new Error(`${label} ended before it was ready (${how}).`)));
  const ready = Promise.race([serves, dead]);
  ready.catch(() => undefined); // whoever waits for it sees it; nobody has to
  return { pid: child.pid, ready, ended, kill: (signal) => killChild(child, signal) };
}

function killChild(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

/** Asks a process to end, and ends it when it has not done so in time. */
export async function stopChild(child: Child, patienceMilliseconds: number): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds);
  child.kill('SIGTERM');
  await child.ended;
  clearTimeout(timer);
}
