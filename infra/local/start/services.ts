// The processes of one start: Azurite, the ACS emulator and the functions.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OUTCOMES_QUEUE } from '../../../shared/contract/queueMessage.ts';
import { type App, program, QUIET } from '../../toolchain/installation.ts';
import { type Child, startChild } from './childProcess.ts';
import type { CertificateFiles } from './dataFolder.ts';
import type { Ports } from './ports.ts';
import { AZURITE_ACCOUNT, azuriteConnectionString, emulatorKey, type Variables } from './settings.ts';

/** What the processes of one start have in common. */
export interface StackOptions {
  readonly app: App;
  readonly ports: Ports;
  readonly settings: Variables;
  /** Key of the storage account in Azurite. */
  readonly storageKey: string;
  /** Host names under which the servers can be called, besides those of loopback. */
  readonly allowedHosts: readonly string[];
  /** How many items of each channel the emulator keeps; undefined: its default. */
  readonly keptItems?: number | undefined;
  readonly dataDirectory: string;
  readonly ephemeral: boolean;
  /** Prints a line for each function that the host has registered. */
  readonly verbose: boolean;
  readonly print: (line: string) => void;
}

/** Starts the functions in a host. */
export type FunctionsRunner = (options: StackOptions, tls: CertificateFiles) => Child;

/** What Azurite prints on every start. */
const AZURITE_NOTICES = /Azurite \w+ service (?:is|success)|^\[azurite\] In-memory extent storage/;

export function startAzurite({ ports, storageKey, dataDirectory, ephemeral, print }: StackOptions): Child {
  const location = join(dataDirectory, 'azurite');
  mkdirSync(location, { recursive: true });
  const addresses = (['blob', 'queue', 'table'] as const).flatMap((name) => [`--${name}Port`, String(ports[name])]);
  const args = [...program('azurite'), ...addresses, '--silent', '--skipApiVersionCheck', '--disableTelemetry'];
  args.push(...(ephemeral ? ['--inMemoryPersistence'] : ['--location', location]));
  return startChild({
    label: 'azurite',
    args,
    environment: { AZURITE_ACCOUNTS: `${AZURITE_ACCOUNT}:${storageKey}` },
    print: (line) => {
      if (!AZURITE_NOTICES.test(line)) print(line);
    },
    readyLine: { pattern: /successfully listening/, times: 3 },
  });
}

export function startEmulator(options: StackOptions, tls: CertificateFiles): Child {
  const { ports, settings, storageKey, allowedHosts, keptItems, dataDirectory, ephemeral, print } = options;
  const args = [...program('emulator'), '--quiet', ...listenerFlags(ports.acs, ports.acsTls, tls)];
  args.push(...hostFlags(allowedHosts));
  args.push('--access-key', emulatorKey(settings) ?? UNUSED_KEY);
  const secondary = emulatorKey(settings, 'ACS_CONNECTION_STRING_SECONDARY');
  if (secondary !== undefined) args.push('--access-key', secondary);
  // Storage can start later than the emulator, which retries events until then.
  args.push('--events-storage', azuriteConnectionString(ports, storageKey));
  if (keptItems !== undefined) args.push('--keep-items', String(keptItems));
  if (!ephemeral) args.push('--data-dir', join(dataDirectory, 'acs'));
  return startChild({ label: 'acs', args, print });
}

/** For an emulator that is not used, because the settings name a real resource. */
const UNUSED_KEY = 'dW51c2Vk';

/**
 * As on the platform's smallest instance (512 MB): with more memory, V8 leaves up to hundreds of megabytes of garbage that
 * a second collection would have freed.
 */
const SMALL_HEAP = ['--max-semi-space-size=8', '--max-old-space-size=256'];

/** How long running functions can take to finish on stop: `npm start` ends within 10 s, while the platform waits 10 s. */
const DRAIN_SECONDS = 5;

/** Starts the functions in our own host, which needs nothing but this package. */
export const startLocalHost: FunctionsRunner = (options, tls) => {
  const { app, ports, settings, storageKey, allowedHosts, dataDirectory, verbose, print } = options;
  const args = [QUIET, ...SMALL_HEAP, '--enable-source-maps', app.host];
  args.push(...listenerFlags(ports.switchboard, ports.switchboardTls, tls));
  args.push(...hostFlags([...allowedHosts, ...publicHost(settings)]));
  args.push('--root', app.root, '--data-dir', join(dataDirectory, 'functions'));
  args.push('--drain-seconds', String(DRAIN_SECONDS), '--create-queues', '--create-queue', OUTCOMES_QUEUE);
  if (settings['AzureWebJobsStorage'] === azuriteConnectionString(ports, storageKey)) args.push('--replaceable');
  if (verbose) args.push('--list-functions');
  return startChild({ label: 'functions', args, environment: settings, print });
};

/** Starts the functions in the host of Azure Functions Core Tools, if they are installed. */
export const startCoreTools: FunctionsRunner = ({ ports, settings, print }) =>
  startChild({
    label: 'func',
    command: 'func',
    args: ['start', '--port', String(ports.switchboard)],
    environment: settings,
    print,
    readyLine: { pattern: /Worker process started and initialized/, times: 1 },
  });

function hostFlags(allowedHosts: readonly string[]): string[] {
  return allowedHosts.flatMap((name) => ['--allowed-host', name]);
}

/** The host name of PUBLIC_URL, for which callers sign. */
function publicHost({ PUBLIC_URL: url }: Variables): string[] {
  return url && URL.canParse(url) ? [new URL(url).hostname] : [];
}

function listenerFlags(port: number, tlsPort: number, { cert, key }: CertificateFiles): string[] {
  return ['--port', String(port), '--tls-port', String(tlsPort), '--cert', cert, '--key', key];
}
