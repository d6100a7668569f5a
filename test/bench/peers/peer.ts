import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { type Child, startChild, stopChild } from '../../../infra/local/start/childProcess.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { MESSAGE, SENDER } from '../batch/requests.ts';
import type { HowToSend, Session } from './contender.ts';
import { concurrentCalls } from './hostJson.ts';
import type { Library, Peers } from './installation.ts';
import type { OpenQueue, SmsJob } from './work.ts';

const STOP_MILLISECONDS = 2000;

export interface PeerOptions {
  readonly peers: Peers;
  readonly library: Library;
  /** Connection string of its server. */
  readonly server: string;
}

/** A queue of its own, with a worker process that calls the stack's ACS emulator. */
export async function openPeer({ peers, library, server }: PeerOptions, stack: OwnStack): Promise<Session> {
  const module = peers.module(library);
  const { open } = (await import(pathToFileURL(module).href)) as { readonly open: OpenQueue };
  const name = `sms-${randomUUID().slice(0, 8)}`;
  const queue = await open(server, name);
  const startWorker = async (): Promise<Child> => {
    const child = startChild({
      label: library,
      args: [peers.worker, module, server, name, String(concurrentCalls())],
      environment: { ACS_CONNECTION_STRING: stack.acsConnectionString },
      print: () => undefined,
    });
    await child.ready;
    return child;
  };
  let worker = await startWorker();
  return {
    async submit(recipients, how) {
      const batch = randomUUID();
      await queue.enqueue(jobsOf(batch, recipients, how));
      return { resultCount: () => queue.resultCount(batch), inDoubtCount: () => Promise.resolve(0) };
    },
    async kill() {
      worker.kill('SIGKILL');
      await worker.ended;
      worker = await startWorker();
    },
    async close() {
      await stopChild(worker, STOP_MILLISECONDS);
      await queue.close();
    },
  };
}

function jobsOf(batch: string, recipients: readonly string[], { perCall, sameIds = false }: HowToSend): SmsJob[] {
  const facts = { batch, from: SENDER, message: MESSAGE };
  const firstSent = sameIds ? { firstSent: new Date().toUTCString() } : {};
  return Array.from({ length: Math.ceil(recipients.length / perCall) }, (_, index) => ({
    ...facts,
    recipients: recipients.slice(index * perCall, (index + 1) * perCall),
    ...firstSent,
  }));
}
