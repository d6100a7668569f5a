import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Announcement } from '../../infra/local/start/announcement.ts';
import { TEST_CLIENTS } from './switchboard.ts';

export interface StartOptions {
  /** What runs the program; this Node when not given. */
  readonly command?: string;
  /** The program with its arguments; else that of `npm start`. */
  readonly program?: readonly string[];
  readonly args?: readonly string[];
  /** Over this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** `npm start`, running. */
export interface StartProcess {
  readonly pid: number;
  /** Lines of the standard output and of the standard error so far. */
  readonly output: readonly string[];
  readonly log: readonly string[];
  /** The first line, when it serves; rejects when it ends before that. */
  readonly announced: Promise<Announcement>;
  readonly exitCode: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

export const NOTHING_KEPT = ['--json', '--ports', 'auto', '--ephemeral'];

const START = ['--disable-warning=ExperimentalWarning', 'infra/local/start.ts'];

export function spawnStart(options: StartOptions = {}): StartProcess {
  const { command = process.execPath, program = START, args = NOTHING_KEPT, environment = {}, cwd } = options;
  const child = spawn(command, [...program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CLIENTS: JSON.stringify(Object.values(TEST_CLIENTS)), ...environment },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const output = linesOf(child.stdout);
  const log = linesOf(child.stderr);
  const exitCode = endOf(child);
  const announced = new Promise<Announcement>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as Announcement);
      else reject(new Error(`npm start announced nothing: ${line}`));
    });
    exitCode.then((code) => reject(new Error(`npm start ended with ${code}:\n${log.join('\n')}`)), reject);
  });
  announced.catch(() => undefined); // whoever waits for it sees it; nobody has to
  return { pid: child.pid ?? 0, output, log, announced, exitCode, signal: (signal) => void child.kill(signal) };
}

/** Rejects when the process could not be started; all that it printed has arrived when it resolves. */
function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
}

function linesOf(stream: Readable): string[] {
  const lines: string[] = [];
  createInterface(stream).on('line', (line) => lines.push(line));
  return lines;
}

export interface OwnStack extends Announcement {
  readonly log: readonly string[];
  stop(): Promise<void>;
}

/** A stack for tests that set faults or need settings of their own, which would disturb others on the shared one. */
export async function startOwnStack(
  environment: Readonly<Record<string, string>> = {},
  options: Omit<StartOptions, 'environment'> = {},
): Promise<OwnStack> {
  const start = spawnStart({ ...options, environment });
  const announcement = await start.announced;
  const stop = async () => {
    start.signal('SIGTERM');
    await start.exitCode;
  };
  return { ...announcement, log: start.log, stop };
}
