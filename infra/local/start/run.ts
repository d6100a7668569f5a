import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ClientSettings } from '../../../shared/settings/clientSettings.ts';
import { readSettings, SettingsError } from '../../../shared/settings/settings.ts';
import { buildFunctions } from '../../toolchain/build.ts';
import { buildDocs } from '../../toolchain/docs.ts';
import { type Announcement, announcementOf, announcementText } from './announcement.ts';
import type { FunctionsRunner } from './children.ts';
import { lockDirectory } from './lock.ts';
import { HELP, parseOptions, type StartOptions } from './options.ts';
import { choosePorts } from './ports.ts';
import { realResource, realResourceWarning } from './realResource.ts';
import { readLocalSettings, withLocalAddresses } from './settings.ts';
import { type Stack, startStack } from './stack.ts';
import { stopRequest } from './stopRequest.ts';
import { ensureStorageKey, newStorageKey } from './storageKey.ts';

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
  ignoreClosedOutput();
  let stack: Stack | undefined;
  const stopped = stopRequest(() => {
    stack?.kill();
    process.exit(FORCED_EXIT_CODE);
  });
  const ports = await choosePorts(options.ports);
  const storageKey = options.ephemeral ? newStorageKey() : ensureStorageKey(resolve(DATA_DIRECTORY));
  const settings = withLocalAddresses(readLocalSettings('local.settings.json', process.env), ports, storageKey);
  const { clients } = checked(() => readSettings(settings));
  const real = realResource(settings);
  if (real !== undefined) console.error(realResourceWarning(real));
  const directory = dataDirectory(options);
  const release = holdDirectory(directory, options);
  process.once('exit', release);
  await Promise.all([buildFunctions(), buildDocs()]);
  const { ephemeral, json, allowedHosts } = options;
  const print = (line: string) => (json ? console.error(line) : console.log(line));
  stack = startStack(
    { ports, settings, storageKey, allowedHosts, dataDirectory: directory, ephemeral, print },
    runFunctions,
  );
  try {
    const certificate = await Promise.race([stack.ready, stopped]);
    if (certificate) {
      const facts = { ports, settings, ca: certificate.cert, dataDir: directory };
      announce(announcementOf(facts, clients), clients, options);
      await Promise.race([stopped, stack.failed]);
    }
    if (!json) console.log('Draining …');
  } finally {
    await stack.stop();
  }
  return 0;
}

/** What a start that is not ephemeral keeps. */
const DATA_DIRECTORY = '.local';

/** As a shell reports it: 128 + SIGINT. */
const FORCED_EXIT_CODE = 130;

/** What reads our output may end before us, as a terminal does that is closed: writing fails then, and we go on. */
function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Keeps other starts out of the folder. @returns what leaves the folder as it should be found by the next start */
function holdDirectory(directory: string, { ephemeral }: StartOptions): () => void {
  const unlock = lockDirectory(directory);
  return () => {
    rmSync(join(directory, START_FILE), { force: true });
    unlock();
    if (ephemeral) rmSync(directory, { recursive: true, force: true });
  };
}

/** By which `npm run call` finds the running start. */
const START_FILE = 'start.json';

function announce(announcement: Announcement, clients: readonly ClientSettings[], { json, ephemeral }: StartOptions) {
  const line = JSON.stringify(announcement);
  writeFileSync(join(announcement.dataDir, START_FILE), line, { mode: 0o600 });
  console.log(json ? line : announcementText(announcement, clients, { ephemeral }));
}

function dataDirectory({ ephemeral }: StartOptions): string {
  if (ephemeral) return mkdtempSync(join(tmpdir(), 'switchboard-'));
  const directory = resolve(DATA_DIRECTORY);
  mkdirSync(directory, { recursive: true });
  return directory;
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
