import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Announcement } from '../../infra/local/start/announcement.ts';
import { effort } from '../setup/effort.ts';
import { eventually } from '../setup/eventually.ts';
import { NOTHING_KEPT } from '../setup/ownStack.ts';
import { descendantsOf, isOpen, isRunning, type Row } from '../setup/processes.ts';
import { startForTest } from '../setup/startForTest.ts';

/** npm as the tests were started with it: its JavaScript file. */
const NPM = process.env['npm_execpath'] ?? '';
const LAUNCHER = 'infra/toolchain/run.mjs infra/local/start.ts';

/** A shell replaces itself by its command, unless another one follows. */
const SHELL = ['-c', `node ${LAUNCHER} ${NOTHING_KEPT.join(' ')}; exit $?`];

/** The processes of an `npm start`, by what they are. */
const PROCESSES = {
  npm: /\bnpm\b.* start\b/,
  launcher: /^\S*node\S* infra\/toolchain\/run\.mjs/,
  starter: /\/node .*infra\/local\/start\.ts/,
} as const;

type Name = keyof typeof PROCESSES;

function portsOf({ storage = '', ...addresses }: Announcement): number[] {
  return [...`${JSON.stringify(addresses)} ${storage}`.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
}

function processNamed(name: Name, tree: readonly Row[]): number {
  const found = tree.find(({ command }) => PROCESSES[name].test(command));
  if (!found) throw new Error(`No ${name} in:\n${tree.map(({ command }) => command).join('\n')}`);
  return found.pid;
}

async function startTree(options: Parameters<typeof startForTest>[0]) {
  const start = startForTest(options);
  const announcement = await start.announced;
  onTestFinished(() => rmSync(announcement.dataDir, { recursive: true, force: true }));
  const ports = portsOf(announcement);
  expect(new Set(ports).size).toBe(7);
  const tree = descendantsOf(start.pid, { itself: true });
  onTestFinished(() => {
    for (const { pid } of tree) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  return { start, tree, ports, dataDir: announcement.dataDir };
}

type Tree = Awaited<ReturnType<typeof startTree>>;

async function expectNothingLeft({ tree, ports }: Pick<Tree, 'tree' | 'ports'>): Promise<void> {
  const running = () => tree.filter(({ pid }) => isRunning(pid)).map(({ command }) => command);
  await eventually('every process has ended', () => running().length === 0 || undefined);
  expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
}

const NAMES = ['npm', 'launcher', 'starter'] as const;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const;
/** Each case starts a whole stack: `npm run test:all` has all of them. */
const CASES: readonly (readonly [signal: NodeJS.Signals, name: Name])[] = effort(
  [
    ['SIGTERM', 'npm'],
    ['SIGKILL', 'npm'],
    ['SIGKILL', 'starter'],
  ],
  NAMES.flatMap((name) => SIGNALS.map((signal) => [signal, name])),
);
const SHELL_SIGNALS: readonly NodeJS.Signals[] = effort([], ['SIGTERM', 'SIGHUP', 'SIGKILL']);
const EARLY: readonly Name[] = effort(['starter'], ['npm', 'starter']);

describe('npm start ends with all of its processes, and frees its ports', () => {
  const program = [NPM, '--silent', 'start', '--'];

  test.each(CASES)('after %s for the %s', async (signal, name) => {
    const all = await startTree({ program });
    process.kill(processNamed(name, all.tree), signal);
    await expectNothingLeft(all);
    const isKilled = name === 'starter' && signal === 'SIGKILL';
    expect(existsSync(all.dataDir)).toBe(isKilled);
  });

  test.each(SHELL_SIGNALS)('after %s for a shell that waits for it', async (signal) => {
    const all = await startTree({ command: '/bin/sh', program: SHELL, args: [] });
    all.start.signal(signal);
    await expectNothingLeft(all);
  });
});

describe('an early signal', () => {
  test.each(EARLY)('is for the whole start: %s', async (name) => {
    const start = startForTest({ program: [NPM, '--silent', 'start', '--'] });
    const tree = await eventually('the first children run', () => {
      const found = descendantsOf(start.pid, { itself: true });
      return found.some(({ command }) => command.includes('infra/local/azurite.ts')) ? found : undefined;
    });
    process.kill(processNamed(name, tree), 'SIGTERM');
    await expectNothingLeft({ tree, ports: [] });
    expect(start.output).toEqual([]);
  });
});

test('a child that does not end on SIGTERM is killed', async () => {
  const all = await startTree({ program: [resolve('infra/local/start.ts')] });
  const emulator = all.tree.find(({ command }) => command.includes('infra/local/emulator'));
  process.kill(emulator?.pid ?? 0, 'SIGSTOP');
  all.start.signal('SIGTERM');
  expect(await all.start.exitCode).toBe(0);
  await expectNothingLeft(all);
});

test('a second Ctrl-C does not wait for running functions', async () => {
  const all = await startTree({ program: [resolve('infra/local/start.ts')] });
  const functions = all.tree.find(({ command }) => command.includes('functions-host'));
  process.kill(functions?.pid ?? 0, 'SIGSTOP');
  all.start.signal('SIGINT');
  const repeated = setInterval(() => all.start.signal('SIGINT'), 1_100);
  onTestFinished(() => clearInterval(repeated));
  expect(await all.start.exitCode).toBe(130);
  await expectNothingLeft(all);
});
