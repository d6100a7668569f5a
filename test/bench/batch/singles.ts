/** The obvious design beside ours: one queue message and one request to ACS for each recipient, in the same host. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { startChild, stopChild } from '../../../infra/local/start/childProcess.ts';
import { buildFunctions } from '../../../infra/toolchain/bundle.ts';
import { eventually } from '../../setup/eventually.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { acceptedByAcs, DEADLINE_SECONDS, MESSAGE, phoneNumbers, SENDER } from './requests.ts';
import { eachWithin } from './workers.ts';

/** What is sent, as the operation at ACS. */
const PATHS = { sms: '/sms?api-version=2021-03-07', email: '/emails:send?api-version=2023-03-31' } as const;

/** Messages that are put at the same time. */
const PUT_TOGETHER = 32;

const STOP_MILLISECONDS = 15_000;

export interface Singles {
  /** Each message is the body of a request to ACS. */
  readonly queue: QueueClient;
  /** @returns recipients per second, from the first message put until ACS has accepted the last one */
  send(recipients: number): Promise<number>;
  stop(): Promise<void>;
}

export async function startSingles(stack: OwnStack, kind: keyof typeof PATHS = 'sms'): Promise<Singles> {
  const directory = await buildApp();
  const { storage = '', acsConnectionString } = stack;
  const queue = QueueServiceClient.fromConnectionString(storage).getQueueClient(`single-${kind}`);
  await queue.create();
  const args = ['--disable-warning=ExperimentalWarning', 'infra/local/functions-host/main.ts'];
  const child = startChild({
    label: queue.name,
    args: [...args, '--root', directory, '--port', '0'],
    environment: {
      AzureWebJobsStorage: storage,
      ACS_CONNECTION_STRING: acsConnectionString,
      SINGLES_QUEUE: queue.name,
      SINGLES_PATH: PATHS[kind],
    },
    print: () => undefined,
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  await child.ready;
  return {
    queue,
    send: async (recipients) => {
      const before = await acceptedByAcs(stack.acs);
      const startedAt = performance.now();
      await eachWithin(PUT_TOGETHER, phoneNumbers(recipients), (to) => queue.sendMessage(messageTo(to)));
      const isDone = async () => ((await acceptedByAcs(stack.acs)) - before >= recipients ? true : undefined);
      await eventually('every single SMS was accepted', isDone, DEADLINE_SECONDS);
      return (recipients * 1000) / (performance.now() - startedAt);
    },
    stop: async () => {
      await stopChild(child, STOP_MILLISECONDS);
      process.removeListener('exit', kill);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function messageTo(to: string): string {
  return JSON.stringify({ from: SENDER, smsRecipients: [{ to }], message: MESSAGE });
}

/** A folder as the Functions host wants it, with Switchboard's own host.json: messages are plain JSON (`messageEncoding`). */
async function buildApp(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-singles-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'dist'));
  await buildFunctions(join(directory, 'dist'), ['test/bench/batch/singles.app.ts']);
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module', main: 'dist/functions/*.js' }));
  copyFileSync('host.json', join(directory, 'host.json'));
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
  return directory;
}
