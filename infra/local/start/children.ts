import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OUTCOMES_QUEUE } from '../../../shared/contract/queueMessage.ts';
import type { CertificateFiles } from './certificate.ts';
import { bundledHost } from './hostbundle.ts';
import type { Ports } from './options.ts';
import { type Child, startChild } from './process.ts';
import { AZURITE_ACCOUNT, azuriteConnectionString, emulatorKey, type Variables } from './settings.ts';

/** What the processes of one start have in common. */
export interface StackOptions {
  readonly ports: Ports;
  readonly settings: Variables;
  /** Of the storage account in Azurite. */
  readonly storageKey: string;
  /** Host names under which the servers may be called, besides those of loopback. */
  readonly allowedHosts: readonly string[];
  /** Where everything is kept. */
  readonly dataDirectory: string;
  readonly ephemeral: boolean;
  readonly print: (line: string) => void;
}

/** How the functions are run. */
export type FunctionsRunner = (options: StackOptions, tls: CertificateFiles) => Child;

/** Node 22 warns of running TypeScript, which our users need not read. */
const QUIET = '--disable-warning=ExperimentalWarning';

export function startAzurite({ ports, storageKey, dataDirectory, ephemeral, print }: StackOptions): Child {
  const location = join(dataDirectory, 'azurite');
  mkdirSync(location, { recursive: true });
  const addresses = (['blob', 'queue', 'table'] as const).flatMap((name) => [`--${name}Port`, String(ports[name])]);
  const args = [
    QUIET,
    'infra/local/azurite.ts',
    ...addresses,
    '--silent',
    '--skipApiVersionCheck',
    '--disableTelemetry',
  ];
  args.push(...(ephemeral ? ['--inMemoryPersistence'] : ['--location', location]));
  // Azurite announces each of its three services; its other lines say nothing to our users.
  const printErrors = (line: string) => {
    if (!/Azurite \w+ service (?:is|success)/.test(line)) print(line);
  };
  return startChild({
    label: 'azurite',
    args,
    environment: { AZURITE_ACCOUNTS: `${AZURITE_ACCOUNT}:${storageKey}` },
    print: printErrors,
    readyLine: { pattern: /successfully listening/, times: 3 },
  });
}

export function startEmulator(options: StackOptions, tls: CertificateFiles): Child {
  const { ports, settings, storageKey, allowedHosts, dataDirectory, ephemeral, print } = options;
  const args = [QUIET, 'infra/local/acs-emulator/main.ts', ...listenerFlags(ports.acs, ports.acsTls, tls)];
  args.push(...hostFlags(allowedHosts));
  args.push('--access-key', emulatorKey(settings) ?? UNUSED_KEY);
  const secondary = emulatorKey(settings, 'ACS_CONNECTION_STRING_SECONDARY');
  if (secondary !== undefined) args.push('--access-key', secondary);
  args.push('--events-storage', azuriteConnectionString(ports, storageKey)); // may come up later: events are sent again until it has
  if (!ephemeral) args.push('--data-dir', join(dataDirectory, 'acs'));
  return startChild({ label: 'acs', args, print });
}

/** Of an emulator that is not used, because the settings name a real resource. */
const UNUSED_KEY = 'dW51c2Vk';

/**
 * As on the platform's smallest instance (512 MB): where there is much memory, V8 lets garbage lie that a second
 * collection would have taken, up to hundreds of megabytes.
 */
const SMALL_HEAP = ['--max-semi-space-size=8', '--max-old-space-size=256'];

/** How long the functions may finish what they are doing: `npm start` ends within 10 s, the platform drains for that long. */
const DRAIN_SECONDS = 5;

/** The functions in our own host, which needs nothing but this package. */
export const localHost: FunctionsRunner = ({ ports, settings, allowedHosts, dataDirectory, print }, tls) => {
  const args = [...SMALL_HEAP, '--enable-source-maps', bundledHost(dataDirectory)];
  args.push(...listenerFlags(ports.switchboard, ports.switchboardTls, tls));
  args.push(...hostFlags([...allowedHosts, ...publicHost(settings)]));
  args.push('--root', process.cwd(), '--data-dir', join(dataDirectory, 'functions'));
  args.push('--drain-seconds', String(DRAIN_SECONDS), '--create-queues', '--create-queue', OUTCOMES_QUEUE);
  return startChild({ label: 'functions', args, environment: settings, print });
};

/** The functions in the host of Azure Functions Core Tools, where these are installed. */
export const coreTools: FunctionsRunner = ({ ports, settings, print }) =>
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

/** The host name of PUBLIC_URL, under which callers sign. */
function publicHost({ PUBLIC_URL: url }: Variables): string[] {
  return url && URL.canParse(url) ? [new URL(url).hostname] : [];
}

function listenerFlags(port: number, tlsPort: number, { cert, key }: CertificateFiles): string[] {
  return ['--port', String(port), '--tls-port', String(tlsPort), '--cert', cert, '--key', key];
}
