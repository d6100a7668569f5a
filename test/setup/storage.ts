import { TableClient, TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { MESSAGE_BODIES_CONTAINER, type OutcomeEvent, outcomeEvent } from '../../shared/contract/queueMessage.ts';
import { eventually } from './eventually.ts';
import { uniqueQueue } from './names.ts';

const INSECURE = { allowInsecureConnection: true };

/**
 * Where a text stands in a storage account: in whatever row (keys and values), blob (name and content) or message that can
 * be seen, also in base64 or percent-encoded.
 */
export async function placesOf(storage: string, text: string): Promise<string[]> {
  const places: string[] = [];
  const isIn = (content: string) =>
    [content, decodePercent(content), decodeBase64(content)].some((it) => it.includes(text));
  for await (const [place, content] of everything(storage)) if (isIn(content)) places.push(place);
  return places;
}

async function* everything(storage: string): AsyncIterable<readonly [place: string, content: string]> {
  for await (const { name = '' } of TableServiceClient.fromConnectionString(storage, INSECURE).listTables()) {
    for await (const row of TableClient.fromConnectionString(storage, name, INSECURE).listEntities()) {
      const keys = `${decodePercent(row.partitionKey ?? '')} ${decodePercent(row.rowKey ?? '')}`;
      yield [`table ${name}`, `${keys} ${Object.values(row).map(String).join('')}`];
    }
  }
  const blobs = BlobServiceClient.fromConnectionString(storage);
  for await (const { name } of blobs.listContainers()) {
    const container = blobs.getContainerClient(name);
    for await (const blob of container.listBlobsFlat()) {
      yield [`container ${name}`, `${blob.name} ${await container.getBlobClient(blob.name).downloadToBuffer()}`];
    }
  }
  const queues = QueueServiceClient.fromConnectionString(storage);
  for await (const { name } of queues.listQueues()) {
    const { peekedMessageItems } = await queues.getQueueClient(name).peekMessages({ numberOfMessages: 32 });
    for (const { messageText } of peekedMessageItems) yield [`queue ${name}`, messageText];
  }
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decodeBase64(text: string): string {
  return Buffer.from(text, 'base64').toString();
}

/** Switchboard's storage, as an app that talks to it by queue has it. */
export interface TestQueues {
  /**
   * Puts a message in base64: text as it is, everything else as JSON.
   *
   * @returns the id that the queue gave it
   */
  put(queue: string, message: unknown): Promise<string>;
  /** Puts a text as it is on a queue that exists already. */
  putText(queue: string, text: string): Promise<string>;
  /** The next message as text, which is then gone. */
  take(queue: string): Promise<string>;
  /** The next outcome on a queue; with a type, the next of it: those before it are dropped. */
  takeOutcome(queue: string, type?: string): Promise<OutcomeEvent>;
  /** Puts a message with a `replyTo` of its own, and waits for the outcome. */
  ask(queue: string, message: Readonly<Record<string, unknown>>): Promise<OutcomeEvent>;
  /** The decoded texts of the messages that wait on a queue; they stay there. */
  peek(queue: string): Promise<string[]>;
  /** The same, as they stand on the queue. */
  peekTexts(queue: string): Promise<string[]>;
  /** Messages on a queue, also those that are taken or wait for their time. */
  count(queue: string): Promise<number>;
  /** Puts a body into the claim-check container. */
  putBody(name: string, content: string): Promise<void>;
  readBlob(url: string): Promise<string>;
}

const ALREADY_EXISTS = 409;

export function openQueues(storage: string | undefined): TestQueues {
  if (storage === undefined) throw new Error('The stack has no storage.');
  const service = QueueServiceClient.fromConnectionString(storage);
  const blobs = BlobServiceClient.fromConnectionString(storage);
  const put = async (queue: string, message: unknown) => {
    const client = service.getQueueClient(queue);
    await client.createIfNotExists();
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    return (await client.sendMessage(Buffer.from(text).toString('base64'))).messageId;
  };
  const peekTexts = async (queue: string) => {
    const { peekedMessageItems } = await service.getQueueClient(queue).peekMessages({ numberOfMessages: 32 });
    return peekedMessageItems.map(({ messageText }) => messageText);
  };
  const take = (queue: string) => eventually(`a message on ${queue}`, () => takeOne(service.getQueueClient(queue)));
  const takeOutcome = async (queue: string, type?: string): Promise<OutcomeEvent> => {
    const outcome = outcomeEvent.parse(JSON.parse(await take(queue)));
    return type === undefined || outcome.type === type ? outcome : takeOutcome(queue, type);
  };
  return {
    put,
    putText: async (queue, text) => (await service.getQueueClient(queue).sendMessage(text)).messageId,
    take,
    takeOutcome,
    async ask(queue, message) {
      const replyTo = uniqueQueue();
      await put(queue, { replyTo, ...message });
      return takeOutcome(replyTo);
    },
    peek: async (queue) => (await peekTexts(queue)).map(decode),
    peekTexts,
    async count(queue) {
      return (await service.getQueueClient(queue).getProperties()).approximateMessagesCount ?? 0;
    },
    async putBody(name, content) {
      const container = blobs.getContainerClient(MESSAGE_BODIES_CONTAINER);
      await container.create().catch(unlessAlreadyThere);
      await container.getBlockBlobClient(name).upload(content, Buffer.byteLength(content));
    },
    async readBlob(url) {
      const [, container = '', name = ''] = /\/([^/]+)\/([^/]+)$/.exec(new URL(url).pathname) ?? [];
      return (await blobs.getContainerClient(container).getBlobClient(name).downloadToBuffer()).toString();
    },
  };
}

async function takeOne(queue: QueueClient): Promise<string | undefined> {
  const [message] = (await queue.receiveMessages()).receivedMessageItems;
  if (!message) return undefined;
  await queue.deleteMessage(message.messageId, message.popReceipt);
  return decode(message.messageText);
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}

function unlessAlreadyThere(error: unknown): void {
  if (!(error instanceof Error && 'statusCode' in error && error.statusCode === ALREADY_EXISTS)) throw error;
}
