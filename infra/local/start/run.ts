import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings, SettingsError } from '../../../shared/settings.ts';
import { buildFunctions } from '../../toolchain/build.ts';
import { buildDocs } from '../../toolchain/docs.ts';
import { announcementOf, announcementText } from './announcement.ts';
import type { FunctionsRunner } from './children.ts';
import { lockDirectory } from './lock.ts';
import { HELP, parseOptions, type StartOptions } from './options.ts';
import { choosePorts } from './ports.ts';
import { readLocalSettings, withLocalAddresses } from './settings.ts';
import { startStack } from './stack.ts';

/**
 * Starts everything, and ends when it is asked to or cannot go on.
 *
 * @param args the command line
 * @returns the exit code
 * @throws Error with what is wrong, one line for each, when the start is not possible
 */
export async function runStart(args: readonly string[], runFunctions: FunctionsRunner): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const ports = await choosePorts(options.ports);
  const settings = withLocalAddresses(readLocalSettings('local.settings.json', process.env), ports);
  const { clients } = checked(() => readSettings(settings));
  const directory = dataDirectory(options);
  const stopped = stopSignal();
  const unlock = lockDirectory(directory);
  try {
    await Promise.all([buildFunctions(), buildDocs()]);
    const print = (line: string) => (options.json ? console.error(line) : console.log(line));
    const { ephemeral } = options;
    const stack = await startStack({ ports, settings, dataDirectory: directory, ephemeral, print }, runFunctions);
    const facts = { ports, settings, ca: stack.certificate.cert, dataDir: directory };
    const announcement = announcementOf(facts, clients);
    const json = JSON.stringify(announcement);
    writeFileSync(join(directory, 'start.json'), json, { mode: 0o600 });
    console.log(options.json ? json : announcementText(announcement, clients));
    try {
      await Promise.race([stopped, stack.failed]);
      if (!options.json) console.log('Draining …');
    } finally {
      await stack.stop();
    }
    return 0;
  } finally {
    rmSync(join(directory, 'start.json'), { force: true });
    unlock();
    if (options.ephemeral) rmSync(directory, { recursive: true, force: true });
  }
}

function dataDirectory({ ephemeral }: StartOptions): string {
  if (ephemeral) return mkdtempSync(join(tmpdir(), 'switchboard-'));
  const directory = resolve('.local');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** A Ctrl-C may come twice: from the terminal, and from npm, which hands it on. */
const SAME_SIGNAL_MILLISECONDS = 1000;

/** Resolves at the first Ctrl-C or SIGTERM; a later Ctrl-C ends the start at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolveStop) => {
    let askedOn: number | undefined;
    const stop = (signal: NodeJS.Signals) => {
      const again = askedOn !== undefined && Date.now() - askedOn > SAME_SIGNAL_MILLISECONDS;
      if (again && signal === 'SIGINT') process.exit(130);
      askedOn ??= Date.now();
      resolveStop();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}

function checked<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new Error(`Unusable settings (local.settings.json or the environment):\n${list(error.problems)}`);
  }
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
