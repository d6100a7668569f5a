import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CertificateFiles, ensureCertificate } from './certificate.ts';
import { type FunctionsRunner, type StackOptions, startAzurite, startEmulator } from './children.ts';
import { type Child, stopChild } from './process.ts';
import { type Supervisor, supervise } from './supervisor.ts';

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
export async function startStack(options: StackOptions, runFunctions: FunctionsRunner): Promise<Stack> {
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
      () => {
        const child = runFunctions(options, certificate);
        writeAtomically(join(options.dataDirectory, 'functions.pid'), String(child.pid));
        return child;
      },
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

/** A reader sees the old content or the new one, never half of it. */
function writeAtomically(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
