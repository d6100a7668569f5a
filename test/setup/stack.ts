import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import type { Announcement } from '../../infra/local/start/announcement.ts';
import { TEST_CLIENTS } from './clients.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How to reach the Switchboard, ACS emulator and storage that all integration tests share. */
    stack: Announcement;
  }
}

/** `npm start -- --json --ports auto --ephemeral`, once for all integration tests; each test uses names of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const args = ['infra/local/start.ts', '--json', '--ports', 'auto', '--ephemeral'];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CLIENTS: JSON.stringify(Object.values(TEST_CLIENTS)) },
  });
  project.provide('stack', await firstLine(child));
  return () => stop(child);
}

async function firstLine(child: ChildProcess): Promise<Announcement> {
  const log: string[] = [];
  if (!child.stdout || !child.stderr) throw new Error('The stack has no output.');
  createInterface(child.stderr).on('line', (line) => log.push(line));
  return new Promise((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line) as Announcement));
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${log.join('\n')}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  await ended;
}
