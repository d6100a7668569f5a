import { join } from 'node:path';
import { type CertificateFiles, ensureCertificate } from '../../local/start/certificate.ts';
import { localHost, type StackOptions, startAzurite, startEmulator } from '../../local/start/children.ts';
import type { Ports } from '../../local/start/options.ts';
import { choosePorts } from '../../local/start/ports.ts';
import { type Child, stopChild } from '../../local/start/process.ts';
import { azuriteConnectionString } from '../../local/start/settings.ts';
import { newStorageKey } from '../../local/start/storageKey.ts';
import { buildFunctions } from '../../toolchain/build.ts';
import type { Variables } from '../doctor/settingsfile.ts';
import { until } from './until.ts';

/** One instance of the app. */
export interface Instance {
  readonly url: string;
  /** Whether the load balancer sends it calls: from its first 200 at /health/ready to the end of its process. */
  isServing: boolean;
}

/** What the platform does: two instances on one storage, replaced one after the other when the app settings change. */
export interface Platform {
  /** The ACS emulator. */
  readonly acs: string;
  readonly instances: readonly Instance[];
  /** Gives new app settings to one instance after the other, each by a new process. */
  apply(settings: Variables): Promise<void>;
  stop(): Promise<void>;
}

interface RunningInstance extends Instance {
  readonly ports: Ports;
  readonly directory: string;
  child: Child;
}

export interface PlatformOptions {
  /** Where everything is kept; may be removed afterwards. */
  readonly directory: string;
  /** App settings, without those of storage and ACS's address. @param acs the emulator's address */
  readonly settings: (acs: string) => Variables;
  /** Gets the lines that the processes print. */
  readonly print: (line: string) => void;
}

const DRAIN_MILLISECONDS = 15_000;
const STOP_MILLISECONDS = 5_000;

/** Starts storage, the ACS emulator and two instances of the app, as child processes. */
export async function startPlatform({ directory, settings, print }: PlatformOptions): Promise<Platform> {
  await buildFunctions();
  const certificate = await ensureCertificate(join(directory, 'certificate'));
  const ports = await choosePorts('auto');
  const acs = `http://127.0.0.1:${ports.acs}`;
  const options = {
    ...{ ports, settings: settings(acs), storageKey: newStorageKey(), allowedHosts: [] },
    ...{ dataDirectory: directory, ephemeral: true, print },
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
    instances.push(await launch(join(directory, 'two'), await choosePorts('auto'), options.settings)); // the first ones are taken by now
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
    const child = localHost(
      { ...options, ports, dataDirectory: directory, settings: { ...settings, ...own } },
      certificate,
    );
    await child.ready;
    await until(`${url} is ready`, async () => (await fetch(`${url}/health/ready`)).ok);
    return { url, isServing: true, ports, directory, child };
  };
}

/** Nobody is told that the old process ends: calls that find it gone are what clients try elsewhere. */
async function replace(instance: RunningInstance, settings: Variables, launch: Launch): Promise<void> {
  await stopChild(instance.child, DRAIN_MILLISECONDS);
  instance.isServing = false;
  const { child } = await launch(instance.directory, instance.ports, settings);
  instance.child = child;
  instance.isServing = true;
}
