/**
 * The storage calls of a batch and nothing else: each chunk's message, its row, the transaction of its
 * row and a counter row, the message's deletion, and its request to ACS, and for each ten of them a part of the recipients' file;
 * with the official clients, from one process, with as many chunks under way as the functions host has.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type BlockBlobClient } from '@azure/storage-blob';
import { type DequeuedMessageItem, type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import * as z from 'zod';
import { type Connection, findConnection } from '../../../infra/local/client/connection.ts';
import { signedFetch } from '../../../infra/local/client/signedFetch.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { MESSAGE, phoneNumbers, SENDER } from './requests.ts';
import { eachWithin } from './workers.ts';

/** Recipients of a request to ACS. */
const CHUNK_SIZE = 100;

/** Chunks whose recipients are read together. */
const READ_TOGETHER = 10;

/** Chunks that are put on the queue together. */
const PUT_TOGETHER = 64;

const hostJson = z.object({
  extensions: z.object({ queues: z.object({ batchSize: z.int(), newBatchThreshold: z.int() }) }),
});

interface Places {
  readonly queue: QueueClient;
  readonly chunks: TableClient;
  readonly recipients: BlockBlobClient;
  readonly acs: Connection;
}

/** What is written and sent for one chunk; as long as the real thing. */
interface Chunk {
  readonly message: string;
  /** The lines of the recipients' file that are read with it, for itself and those after it. */
  readonly lines: { readonly offset: number; readonly lengthBytes: number } | undefined;
  readonly request: string;
  readonly openResults: string;
  readonly results: string;
}

/** @returns recipients per second, from the first message put until the last one deleted */
export async function bareLoop(stack: OwnStack, recipients: number): Promise<number> {
  const places = await openPlaces(stack);
  const chunks = chunksOf(recipients);
  const file = linesOf(phoneNumbers(recipients));
  await places.recipients.upload(file, file.length);
  const startedAt = performance.now();
  const produced = eachWithin(PUT_TOGETHER, chunks, ({ message }) => places.queue.sendMessage(message));
  await Promise.all([produced, consume(places, chunks)]);
  const seconds = (performance.now() - startedAt) / 1000;
  await places.queue.delete();
  return recipients / seconds;
}

async function openPlaces({ storage = '', acsConnectionString }: OwnStack): Promise<Places> {
  const queue = QueueServiceClient.fromConnectionString(storage).getQueueClient(`bare-${randomUUID()}`);
  const chunks = TableClient.fromConnectionString(storage, 'barechunks', { allowInsecureConnection: true });
  const container = BlobServiceClient.fromConnectionString(storage).getContainerClient('bare');
  await Promise.all([queue.create(), chunks.createTable(), container.createIfNotExists()]);
  const recipients = container.getBlockBlobClient(`${randomUUID()}/recipients.ndjson`);
  return { queue, chunks, recipients, acs: findConnection(acsConnectionString) };
}

function chunksOf(recipients: number): Chunk[] {
  const numbers = phoneNumbers(recipients);
  return Array.from({ length: Math.ceil(recipients / CHUNK_SIZE) }, (_, chunk) =>
    chunkOf(chunk, numbers.slice(chunk * CHUNK_SIZE, (chunk + 1) * CHUNK_SIZE)),
  );
}

function chunkOf(chunk: number, recipients: readonly string[]): Chunk {
  const repeatabilityFirstSent = new Date().toUTCString();
  const smsRecipients = recipients.map((to) => ({ to, repeatabilityRequestId: randomUUID(), repeatabilityFirstSent }));
  const smsSendOptions = { enableDeliveryReport: true, tag: randomUUID() };
  const seal = randomUUID().slice(0, 22);
  const message = JSON.stringify({ client: 'everything', batch: randomUUID(), chunk, seal });
  const lengthBytes = linesOf(recipients).length;
  return {
    // All numbers are of one length.
    lines:
      chunk % READ_TOGETHER === 0
        ? { offset: chunk * lengthBytes, lengthBytes: lengthBytes * READ_TOGETHER }
        : undefined,
    message: Buffer.from(message).toString('base64'),
    request: JSON.stringify({ from: SENDER, message: MESSAGE, smsRecipients, smsSendOptions }),
    openResults: JSON.stringify(recipients.map(() => null)),
    results: JSON.stringify(recipients.map(() => ['accepted', `Outgoing_20260101000000${randomUUID()}_noam`])),
  };
}

/** As the recipients' file of a batch has them. */
function linesOf(numbers: readonly string[]): string {
  return numbers.map((number) => `${JSON.stringify(number)}\n`).join('');
}

/** Receives and handles until every chunk has been; receives again as soon as the host would. */
async function consume(places: Places, chunks: readonly Chunk[]): Promise<void> {
  const { batchSize, newBatchThreshold } = hostJson.parse(JSON.parse(readFileSync('host.json', 'utf8'))).extensions
    .queues;
  const running = new Set<Promise<void>>();
  const counters = new Counters(randomUUID());
  let left = chunks.length;
  while (left > 0) {
    const { receivedMessageItems } = await places.queue.receiveMessages({ numberOfMessages: batchSize });
    for (const message of receivedMessageItems) {
      left -= 1;
      const done = handle(places, counters, message, chunks[left]).finally(() => running.delete(done));
      running.add(done);
    }
    while (running.size > newBatchThreshold) await Promise.race(running);
  }
  await Promise.all(running);
}

async function handle(places: Places, counters: Counters, message: DequeuedMessageItem, chunk: Chunk | undefined) {
  if (!chunk) throw new Error('More chunks came than were put.');
  if (chunk.lines) await places.recipients.downloadToBuffer(chunk.lines.offset, chunk.lines.lengthBytes);
  const { partitionKey } = counters;
  const row = { ...CHUNK_COLUMNS, partitionKey, rowKey: `chunk-${message.messageId}` };
  const { etag = '' } = await places.chunks.createEntity({ ...row, state: 'sending', results: chunk.openResults });
  const response = await signedFetch(places.acs, {
    method: 'POST',
    target: '/sms?api-version=2021-03-07',
    body: chunk.request,
  });
  await response.json();
  if (!response.ok) throw new Error(`ACS answered ${response.status}.`);
  const counter = counters.take();
  const { subResponses } = await places.chunks.submitTransaction([
    ['update', { ...row, state: 'done', results: chunk.results }, 'Replace', { etag }],
    counter.etag === undefined
      ? ['create', { partitionKey, rowKey: counter.rowKey, accepted: 1 }]
      : ['update', { partitionKey, rowKey: counter.rowKey, accepted: 1 }, 'Replace', { etag: counter.etag }],
  ]);
  counters.putBack({ rowKey: counter.rowKey, etag: subResponses[1]?.etag });
  await places.queue.deleteMessage(message.messageId, message.popReceipt);
}

const CHUNK_COLUMNS = {
  ...{ wakeOn: 1, firstSent: 1, doubtful: false, failedTries: 0, postponed: 0, redrive: 0 },
  ...{ failed: 0, inDoubt: 0 },
};

interface Counter {
  readonly rowKey: string;
  readonly etag: string | undefined;
}

/** As many counter rows as are written at the same time, so that nobody waits for an ETag. */
class Counters {
  readonly partitionKey: string;
  readonly #idle: Counter[] = [];
  #made = 0;

  constructor(partitionKey: string) {
    this.partitionKey = partitionKey;
  }

  take(): Counter {
    this.#made += 1;
    return this.#idle.pop() ?? { rowKey: `count-${this.#made}`, etag: undefined };
  }

  putBack(counter: Counter): void {
    this.#idle.push(counter);
  }
}
