import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, type Supervisor, stopChild, supervise } from './childProcess.ts';
import { type CertificateFiles, ensureCertificate } from './dataFolder.ts';
import { type FunctionsRunner, type StackOptions, startAzurite, startEmulator } from './services.ts';
import { azuriteConnectionString } from './settings.ts';

export interface Stack {
  /** Resolves when all processes are ready; rejects if one of them fails to start. */
  readonly ready: Promise<CertificateFiles>;
  /** Rejects when one of the processes has ended for good; never resolves. */
  readonly failed: Promise<never>;
  /** Stops the functions first, so that running ones can still reach storage and ACS. Can be called at any time. */
  stop(): Promise<void>;
  /** Ends all processes at once. */
  kill(): void;
}

/** Less than 10 s in total. The functions host drains for `DRAIN_SECONDS`; the others have nothing to wait for. */
const FUNCTIONS_STOP_MILLISECONDS = 7_000;
const STOP_MILLISECONDS = 2_000;

interface Processes {
  storage?: Child;
  acs?: Child;
  functions?: Supervisor;
}

/** Starts Azurite, the ACS emulator and the functions host. */
export function startStack(options: StackOptions, runFunctions: FunctionsRunner): Stack {
  const processes: Processes = {};
  const stopped = new AbortController();
  const ready = startInOrder(options, runFunctions, { processes, stopped: stopped.signal });
  const failed = ready.then(() => firstFailure(processes));
  for (const promise of [ready, failed]) promise.catch(() => undefined); // callers that await it get the error
  return {
    ready,
    failed,
    async stop() {
      stopped.abort();
      const { functions, acs, storage } = processes;
      await functions?.stop(FUNCTIONS_STOP_MILLISECONDS);
      await Promise.all([acs, storage].map((child) => child && stopChild(child, STOP_MILLISECONDS)));
    },
    kill() {
      stopped.abort();
      for (const child of Object.values(processes)) child.kill('SIGKILL');
    },
  };
}

async function startInOrder(
  options: StackOptions,
  runFunctions: FunctionsRunner,
  { processes, stopped }: { readonly processes: Processes; readonly stopped: AbortSignal },
): Promise<CertificateFiles> {
  const certificate = await ensureCertificate(join(options.dataDirectory, 'certificate'));
  stopped.throwIfAborted();
  processes.storage = startAzurite(options);
  processes.acs = startEmulator(options, certificate);
  await Promise.all([processes.storage.ready, processes.acs.ready]);
  stopped.throwIfAborted();
  processes.functions = supervise(
    () => {
      const child = runFunctions(options, certificate);
      writeAtomically(join(options.dataDirectory, 'functions.pid'), String(child.pid));
      return child;
    },
    {
      beforeReplacement: async () => {
        const { emptyStorage } = await import('./emptyStorage.ts');
        await emptyStorage(azuriteConnectionString(options.ports, options.storageKey));
      },
      onRestart: (how) => options.print(`[start] The functions process ended (${how}); starting it again.`),
    },
  );
  await processes.functions.ready;
  return certificate;
}

function firstFailure({ storage, acs, functions }: Processes): Promise<never> {
  return Promise.race(
    [functions?.failed, failOnEnd('Azurite', storage), failOnEnd('acs', acs)].filter((it) => it !== undefined),
  );
}

async function failOnEnd(name: string, child: Child | undefined): Promise<never> {
  throw new Error(`${name} ended (${await child?.ended}).`);
}

/** A reader sees the old content or the new one, never a part of it. */
function writeAtomically(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
