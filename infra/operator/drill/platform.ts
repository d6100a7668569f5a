import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Child, stopChild } from '../../local/start/childProcess.ts';
import { type CertificateFiles, ensureCertificate, newStorageKey } from '../../local/start/dataFolder.ts';
import { choosePorts, type Ports } from '../../local/start/ports.ts';
import { type StackOptions, startAzurite, startEmulator, startLocalHost } from '../../local/start/services.ts';
import { azuriteConnectionString } from '../../local/start/settings.ts';
import { prepareApp } from '../../toolchain/installation.ts';
import type { Variables } from '../appSettings.ts';

/** One instance of the app. */
export interface Instance {
  readonly url: string;
  /** Whether the load balancer routes calls to it: from its first 200 at /health/ready until its process ends. */
  isServing: boolean;
}

/** Simulates the hosting platform: two instances on one storage account, restarted one by one when app settings change. */
export interface Platform {
  /** The ACS emulator. */
  readonly acs: string;
  readonly instances: readonly Instance[];
  /** Restarts one instance after the other with new app settings. */
  apply(settings: Variables): Promise<void>;
  stop(): Promise<void>;
}

interface RunningInstance extends Instance {
  readonly ports: Ports;
  readonly directory: string;
  child: Child;
}

interface PlatformOptions {
  /** Folder for all data; may be removed afterwards. */
  readonly directory: string;
  /** Returns the app settings, without storage. @param acs the emulator's address */
  readonly settings: (acs: string) => Variables;
  /** Called with the output lines of the processes. */
  readonly print: (line: string) => void;
}

const DRAIN_MILLISECONDS = 15_000;
const STOP_MILLISECONDS = 5_000;

/** Starts storage, the ACS emulator and two instances of the app, as child processes. */
export async function startPlatform({ directory, settings, print }: PlatformOptions): Promise<Platform> {
  const app = await prepareApp(directory);
  const certificate = await ensureCertificate(join(directory, 'certificate'));
  const ports = await choosePorts('auto');
  const acs = `http://127.0.0.1:${ports.acs}`;
  const options = {
    ...{ app, ports, settings: settings(acs), storageKey: newStorageKey(), allowedHosts: [] },
    ...{ dataDirectory: directory, ephemeral: true, verbose: false, print },
  };
  const services = [startAzurite(options), startEmulator(options, certificate)];
  const instances: RunningInstance[] = [];
  const launch = launcher(options, certificate);
  const stop = async () => {
    await Promise.all(instances.map(({ child }) => stopChild(child, DRAIN_MILLISECONDS)));
    await Promise.all(services.map((service) => stopChild(service, STOP_MILLISECONDS)));
  };
  try {
    await Promise.all(services.map(({ ready }) => ready));
    instances.push(await launch(join(directory, 'one'), ports, options.settings));
    instances.push(await launch(join(directory, 'two'), await choosePorts('auto'), options.settings)); // after the first instance has bound its ports
  } catch (error) {
    await stop();
    throw error;
  }
  const apply = async (changed: Variables) => {
    for (const instance of instances) await replace(instance, changed, launch);
  };
  return { acs, instances, apply, stop };
}

type Launch = (directory: string, ports: Ports, settings: Variables) => Promise<RunningInstance>;

function launcher(options: StackOptions, certificate: CertificateFiles): Launch {
  const storage = azuriteConnectionString(options.ports, options.storageKey);
  return async (directory, ports, settings) => {
    const url = `http://127.0.0.1:${ports.switchboard}`;
    const own = { AzureWebJobsStorage: storage, WEBSITE_HOSTNAME: new URL(url).host };
    const child = startLocalHost(
      { ...options, ports, dataDirectory: directory, settings: { ...settings, ...own } },
      certificate,
    );
    await child.ready;
    await until(`${url} is ready`, async () => (await fetch(`${url}/health/ready`)).ok);
    return { url, isServing: true, ports, directory, child };
  };
}

/** The load balancer notices the stop late: clients retry failed connections on the other instance. */
async function replace(instance: RunningInstance, settings: Variables, launch: Launch): Promise<void> {
  await stopChild(instance.child, DRAIN_MILLISECONDS);
  instance.isServing = false;
  const { child } = await launch(instance.directory, instance.ports, settings);
  instance.child = child;
  instance.isServing = true;
}

const PAUSE_MILLISECONDS = 50;
const DEADLINE_MILLISECONDS = 60_000;

/** Polls until a condition is true; an error counts as "not yet". @throws Error at the deadline */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MILLISECONDS;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      if (await isTrue()) return;
    } catch (error) {
      cause = error;
    }
    await delay(PAUSE_MILLISECONDS);
  }
  throw new Error(`Timed out after ${DEADLINE_MILLISECONDS / 1000} s: ${what}.`, { cause });
}
