import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CertificateFiles, ensureCertificate } from './certificate.ts';
import type { Ports } from './options.ts';
import { type Child, startChild, stopChild } from './process.ts';
import { emulatorKey, type Variables } from './settings.ts';
import { type Supervisor, supervise } from './supervisor.ts';

export interface StackOptions {
  readonly ports: Ports;
  readonly settings: Variables;
  /** Where everything is kept. */
  readonly dataDirectory: string;
  readonly ephemeral: boolean;
  readonly print: (line: string) => void;
}

export interface Stack {
  readonly certificate: CertificateFiles;
  /** Rejects when one of the processes is gone for good; never resolves. */
  readonly failed: Promise<never>;
  /** Functions first, so that what they are doing can still reach storage and ACS. */
  stop(): Promise<void>;
}

/** The functions host drains for at most 10 s; the others have nothing to wait for. */
const DRAIN_MILLISECONDS = 15_000;
const STOP_MILLISECONDS = 5_000;

/** Brings up Azurite, the ACS emulator and the functions host, and resolves when all three serve. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const certificate = await ensureCertificate(join(options.dataDirectory, 'certificate'));
  const storage = startAzurite(options);
  const acs = startEmulator(options, certificate);
  let functions: Supervisor | undefined;
  const stop = async () => {
    await functions?.stop(DRAIN_MILLISECONDS);
    await Promise.all([stopChild(acs, STOP_MILLISECONDS), stopChild(storage, STOP_MILLISECONDS)]);
  };
  try {
    await Promise.all([storage.ready, acs.ready]);
    functions = supervise(
      () => startFunctions(options, certificate),
      (how) => options.print(`[start] The functions process ended (${how}); starting it again.`),
    );
    await functions.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { certificate, stop, failed: Promise.race([functions.failed, gone('Azurite', storage), gone('acs', acs)]) };
}

async function gone(name: string, child: Child): Promise<never> {
  throw new Error(`${name} ended (${await child.ended}).`);
}

function startAzurite({ ports, dataDirectory, ephemeral, print }: StackOptions): Child {
  const location = join(dataDirectory, 'azurite');
  mkdirSync(location, { recursive: true });
  const addresses = (['blob', 'queue', 'table'] as const).flatMap((name) => [`--${name}Port`, String(ports[name])]);
  const args = ['infra/local/azurite.ts', ...addresses, '--silent', '--skipApiVersionCheck', '--disableTelemetry'];
  args.push(...(ephemeral ? ['--inMemoryPersistence'] : ['--location', location]));
  // Azurite announces each of its three services; its other lines say nothing to our users.
  const printErrors = (line: string) => {
    if (!/Azurite \w+ service (?:is|success)/.test(line)) print(line);
  };
  return startChild({
    label: 'azurite',
    args,
    print: printErrors,
    readyLine: { pattern: /successfully listening/, times: 3 },
  });
}

function startEmulator(
  { ports, settings, dataDirectory, ephemeral, print }: StackOptions,
  tls: CertificateFiles,
): Child {
  const args = ['infra/local/acs-emulator/main.ts', ...listenerFlags(ports.acs, ports.acsTls, tls)];
  args.push('--access-key', emulatorKey(settings) ?? UNUSED_KEY);
  if (!ephemeral) args.push('--data-dir', join(dataDirectory, 'acs'));
  return startChild({ label: 'acs', args, print });
}

/** Of an emulator that nobody calls, because the settings name a real resource. */
const UNUSED_KEY = 'dW51c2Vk';

function startFunctions({ ports, settings, dataDirectory, print }: StackOptions, tls: CertificateFiles): Child {
  const args = ['--enable-source-maps', 'infra/local/functions-host/main.ts'];
  args.push(...listenerFlags(ports.switchboard, ports.switchboardTls, tls));
  args.push('--root', process.cwd(), '--data-dir', join(dataDirectory, 'functions'));
  const child = startChild({ label: 'functions', args, environment: settings, print });
  writeAtomically(join(dataDirectory, 'functions.pid'), String(child.pid));
  return child;
}

function listenerFlags(port: number, tlsPort: number, { cert, key }: CertificateFiles): string[] {
  return ['--port', String(port), '--tls-port', String(tlsPort), '--cert', cert, '--key', key];
}

/** A reader sees the old content or the new one, never half of it. */
function writeAtomically(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
