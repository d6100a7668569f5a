import type { ClientSettings } from '../../../shared/settings/clientSettings.ts';
import { readSettings, SettingsError } from '../../../shared/settings/settings.ts';
import { prepareApp, SETTINGS_FILE } from '../../toolchain/installation.ts';
import { onParentGone } from '../../toolchain/parentWatch.mjs';
import { announcementOf, announcementText } from './announcement.ts';
import { openDataFolder } from './dataFolder.ts';
import type { StartOptions } from './options.ts';
import { choosePorts } from './ports.ts';
import type { FunctionsRunner } from './services.ts';
import {
  readLocalSettings,
  realResource,
  realResourceWarning,
  type Variables,
  withLocalAddresses,
} from './settings.ts';
import { type Stack, startStack } from './stack.ts';

/**
 * Starts everything, and runs until it is stopped or cannot continue.
 *
 * @returns the exit code
 * @throws Error that says why the start is not possible, with one line for each problem
 */
export async function runStart(options: StartOptions, runFunctions: FunctionsRunner): Promise<number> {
  ignoreClosedOutput();
  let stack: Stack | undefined;
  const stopped = stopRequest(() => {
    stack?.kill();
    process.exit(FORCED_EXIT_CODE);
  });
  const { ephemeral, json, verbose, allowedHosts, keptItems } = options;
  const ports = await choosePorts(options.ports);
  const folder = openDataFolder(options);
  process.once('exit', folder.release);
  const settings = withLocalAddresses(readLocalSettings(SETTINGS_FILE, process.env), ports, folder.storageKey);
  const clients = readClients(settings);
  const real = realResource(settings);
  if (real !== undefined) console.error(realResourceWarning(real));
  const print = (line: string) => (json ? console.error(line) : console.log(line));
  const { storageKey, path: dataDirectory } = folder;
  const app = await prepareApp(dataDirectory);
  stack = startStack(
    { app, ports, settings, storageKey, allowedHosts, keptItems, dataDirectory, ephemeral, verbose, print },
    runFunctions,
  );
  try {
    const certificate = await Promise.race([stack.ready, stopped]);
    if (certificate) {
      const announcement = announcementOf({ ports, settings, ca: certificate.cert, dataDir: dataDirectory }, clients);
      const line = JSON.stringify(announcement);
      folder.announce(line);
      console.log(json ? line : announcementText(announcement, clients, { ephemeral }));
      await Promise.race([stopped, stack.failed]);
    }
    if (!json) console.log('Draining …');
  } finally {
    await stack.stop();
  }
  return 0;
}

/** As a shell reports it: 128 + SIGINT. */
const FORCED_EXIT_CODE = 130;

/** The reader of our output can end before us, like a terminal that is closed. Failing writes are ignored then. */
function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** @throws Error with a line for each setting that is wrong */
function readClients(settings: Variables): readonly ClientSettings[] {
  try {
    return readSettings(settings).clients;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const list = error.problems.map((line) => `  ${line}`).join('\n');
    throw new Error(`Unusable settings (local.settings.json or the environment):\n${list}`);
  }
}

/** One Ctrl-C can arrive several times: from the terminal, and from npm and the launcher, which pass it on. */
const SAME_SIGNAL_MILLISECONDS = 1000;

/**
 * Resolves at the first Ctrl-C, SIGTERM or SIGHUP, or when the parent process has ended.
 *
 * @param force called on a later Ctrl-C, which asks to stop without waiting
 */
function stopRequest(force: () => void): Promise<void> {
  return new Promise((resolve) => {
    let requestedOn: number | undefined;
    const request = (signal?: NodeJS.Signals) => {
      const isRepeated = requestedOn !== undefined && Date.now() - requestedOn > SAME_SIGNAL_MILLISECONDS;
      if (isRepeated && signal === 'SIGINT') force();
      requestedOn ??= Date.now();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
    onParentGone(request);
  });
}
