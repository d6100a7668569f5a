import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, type Supervisor, startChild, supervise } from '../../infra/local/start/childProcess.ts';
import { type CertificateFiles, ensureCertificate, newStorageKey } from '../../infra/local/start/dataFolder.ts';
import { choosePorts, type Ports } from '../../infra/local/start/ports.ts';
import { type StackOptions, startLocalHost } from '../../infra/local/start/services.ts';
import {
  AZURITE_ACCOUNT,
  azuriteConnectionString,
  emulatorKey,
  readLocalSettings,
  withLocalAddresses,
} from '../../infra/local/start/settings.ts';
import { prepareApp, program, QUIET, SETTINGS_FILE } from '../../infra/toolchain/installation.ts';
import { eventually } from '../setup/eventually.ts';
import { TEST_CLIENTS } from '../setup/switchboard.ts';
import type { Site } from './run.ts';

/** A process that is restarted whenever it dies. */
export interface Mortal {
  readonly name: string;
  /** Ends it as a power cut would, once it is ready. Resolves when the next one starts. */
  kill(): Promise<void>;
  /** Resolves when the process that runs now is ready. */
  ready(): Promise<void>;
  readonly kills: number;
}

/** Two functions hosts on one storage and one ACS emulator, which both keep what they have acknowledged when they die. */
export interface Cluster extends Site {
  readonly hosts: readonly Mortal[];
  readonly azurite: Mortal;
  readonly emulator: Mortal;
  /** What the processes have printed. */
  readonly log: readonly string[];
  /** Rejects when a process cannot be started again. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

const STOP_MILLISECONDS = 7000;

/** @param keptItems how many messages the emulator keeps */
export async function startCluster(environment: Readonly<Record<string, string>>, keptItems: number): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-chaos-'));
  const supervisors: Supervisor[] = [];
  const kill = () => {
    for (const supervisor of supervisors) supervisor.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', kill);
  const stop = async () => {
    // The functions first, which need the others to finish what they do.
    for (const supervisor of supervisors.toReversed()) await supervisor.stop(STOP_MILLISECONDS);
    process.removeListener('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return {
      ...(await startAll({ folder, environment, keptItems, supervisors })),
      failed: Promise.race(supervisors.map(({ failed }) => failed)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Start {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly keptItems: number;
  readonly supervisors: Supervisor[];
}

async function startAll({
  folder,
  environment,
  keptItems,
  supervisors,
}: Start): Promise<Omit<Cluster, 'failed' | 'stop'>> {
  const log: string[] = [];
  const print = (line: string) => void log.push(line);
  const certificate = await ensureCertificate(join(folder, 'certificate'));
  const app = await prepareApp(folder);
  const storageKey = newStorageKey();
  const ports = await choosePorts('auto');
  const variables = { ...process.env, CLIENTS: JSON.stringify(Object.values(TEST_CLIENTS)), ...environment };
  const settingsAt = (own: Ports) => withLocalAddresses(readLocalSettings(SETTINGS_FILE, variables), own, storageKey);
  const settings = settingsAt(ports);
  const mortal = async (name: string, signal: NodeJS.Signals, start: () => Child) => {
    const it = keepAlive(name, signal, start, print);
    supervisors.push(it.supervisor);
    await it.supervisor.ready;
    return it;
  };
  const azurite = await mortal('Azurite', 'SIGUSR2', () =>
    startAzurite(join(folder, 'azurite'), ports, storageKey, print),
  );
  const emulator = await mortal('emulator', 'SIGKILL', () => {
    const listener = [
      '--port',
      String(ports.acs),
      '--tls-port',
      String(ports.acsTls),
      ...certificateFlags(certificate),
    ];
    const state = ['--data-dir', join(folder, 'acs'), '--keep-items', String(keptItems)];
    const args = [
      ...program('emulator'),
      '--quiet',
      ...listener,
      ...state,
      '--access-key',
      emulatorKey(settings) ?? '',
    ];
    return startChild({ label: 'acs', args, print });
  });
  const startHost = async (name: string) => {
    // The ports of the servers that run already are not free any more.
    const { switchboard, switchboardTls } = await choosePorts('auto');
    const own = { ...ports, switchboard, switchboardTls };
    const options: StackOptions = {
      ...{ app, storageKey, keptItems, print, ports: own, settings: settingsAt(own) },
      ...{ allowedHosts: [], dataDirectory: join(folder, name), ephemeral: false, verbose: false },
    };
    const host = await mortal(name, 'SIGKILL', () => startLocalHost(options, certificate));
    return { host, address: `http://127.0.0.1:${switchboard}` };
  };
  const first = await startHost('host A');
  const second = await startHost('host B');
  return {
    switchboard: first.address,
    acs: `http://127.0.0.1:${ports.acs}`,
    storage: azuriteConnectionString(ports, storageKey),
    ...{ hosts: [first.host, second.host], azurite, emulator, log },
  };
}

function startAzurite(location: string, ports: Ports, storageKey: string, print: (line: string) => void): Child {
  mkdirSync(location, { recursive: true });
  const addresses = (['blob', 'queue', 'table'] as const).flatMap((name) => [`--${name}Port`, String(ports[name])]);
  const options = ['--location', location, '--silent', '--skipApiVersionCheck', '--disableTelemetry'];
  return startChild({
    label: 'azurite',
    args: [QUIET, join(import.meta.dirname, 'durableAzurite.ts'), ...addresses, ...options],
    environment: { AZURITE_ACCOUNTS: `${AZURITE_ACCOUNT}:${storageKey}` },
    print,
    readyLine: { pattern: /successfully listening/, times: 3 },
  });
}

function certificateFlags({ cert, key }: CertificateFiles): string[] {
  return ['--cert', cert, '--key', key];
}

function keepAlive(
  name: string,
  signal: NodeJS.Signals,
  start: () => Child,
  print: (line: string) => void,
): Mortal & { readonly supervisor: Supervisor } {
  let current: Child | undefined;
  let kills = 0;
  const supervisor = supervise(
    () => {
      current = start();
      return current;
    },
    {
      beforeReplacement: () => Promise.reject(new Error('Nothing is replaced here.')),
      onRestart: (how) => print(`[chaos] ${name} ended (${how}); starting it again.`),
    },
  );
  /** A start that fails, because another process is dead at the moment, is repeated. */
  const ready = async (): Promise<Child | undefined> => {
    for (;;) {
      const starting = current;
      if (await isReady(starting)) return starting;
      await eventually(`${name} is started again`, () => current !== starting || undefined);
    }
  };
  return {
    supervisor,
    name,
    get kills() {
      return kills;
    },
    async ready() {
      await ready();
    },
    async kill() {
      const victim = await ready();
      victim?.kill(signal);
      kills += 1;
      await victim?.ended;
      await eventually(`${name} is started again`, () => current !== victim || undefined);
    },
  };
}

function isReady(child: Child | undefined): Promise<boolean> {
  const ready = child?.ready ?? Promise.reject(new Error('It was not started.'));
  return ready.then(
    () => true,
    () => false,
  );
}
