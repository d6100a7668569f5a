import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { type StartOptions, type StartProcess, spawnStart } from './ownStack.ts';

/** A start that ends with its test, however that goes. */
export function startForTest(options: StartOptions = {}): StartProcess {
  const start = spawnStart(options);
  onTestFinished(async () => {
    start.signal('SIGTERM');
    await start.exitCode;
  });
  return start;
}

const COPIED = ['functions', 'shared', 'infra', 'package.json', 'host.json', 'local.settings.json'];

/** The project in a folder of its own, for what writes into the current folder; it goes with the test. */
export function copyProject(): string {
  const { directory, remove } = projectCopy();
  onTestFinished(remove);
  return directory;
}

/** The same for several tests, which remove it when they are done. */
export function projectCopy(): { readonly directory: string; readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-project-'));
  for (const name of COPIED) cpSync(name, join(directory, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
