import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import {
  type ExtentStoreClass,
  isolateQueues,
  type QueueStoreClass,
  removeExtentsSingly,
} from '../../../infra/local/azuriteQueues.ts';

interface Message {
  readonly queueName: string;
  readonly messageId: string;
  readonly expirationTime: Date;
}

/** Azurite's own, as far as they are called here. */
interface QueueStore {
  readonly db: { getCollection(name: string): Collection };
  init(): Promise<void>;
  createQueue(queue: object): Promise<void>;
  insertMessage(message: object): Promise<void>;
  getMessages(...receipt: readonly unknown[]): Promise<readonly Message[]>;
  getMessagesCount(account: string, queue: string): Promise<number>;
  deleteMessage(account: string, queue: string, messageId: string, popReceipt: string): Promise<void>;
}

interface ExtentStore {
  readonly db: { getCollection(name: string): Collection };
  init(): Promise<void>;
  updateExtent(extent: object): Promise<void>;
  deleteExtent(id: string): Promise<void>;
}

interface Collection {
  data: Record<string, unknown>[];
  ensureIndex(...args: readonly unknown[]): void;
}

type Constructor = new (file: string, isInMemory: boolean) => object;

const load = createRequire(import.meta.url);
const { default: QueueStoreOfAzurite } = load('azurite/dist/src/queue/persistence/LokiQueueMetadataStore.js') as {
  default: Constructor;
};
const { default: ExtentStoreOfAzurite } = load('azurite/dist/src/common/persistence/LokiExtentMetadataStore.js') as {
  default: Constructor;
};

/** A copy of the class: others in this process keep Azurite's own. */
async function queueStore(isolated: boolean): Promise<QueueStore> {
  class Copy extends QueueStoreOfAzurite {}
  if (isolated) isolateQueues(Copy as unknown as QueueStoreClass);
  const store = new Copy('unused', true) as unknown as QueueStore;
  await store.init();
  for (const name of ['own', 'other']) await store.createQueue({ accountName: 'account', name });
  return store;
}

const DAY = 86_400_000;

async function put(store: QueueStore, queueName: string, messageId: string, expiresIn = DAY): Promise<void> {
  await store.insertMessage({
    ...{ accountName: 'account', queueName, messageId, popReceipt: 'receipt', dequeueCount: 0, persistency: {} },
    ...{ insertionTime: new Date(), timeNextVisible: new Date(0), expirationTime: new Date(Date.now() + expiresIn) },
  });
}

const receive = (store: QueueStore, queue: string) =>
  store.getMessages('account', queue, new Date(Date.now() + DAY), 'receipt', 32, new Date());

/** Counts how often the messages of the other queue are compared with a condition, and how often an index is rebuilt. */
function watched(store: QueueStore) {
  const counts = { comparisons: 0, rebuilds: 0 };
  const collection = store.db.getCollection('$MESSAGES_COLLECTION$');
  for (const message of collection.data.filter(({ queueName }) => queueName === 'other')) {
    for (const property of ['queueName', 'expirationTime']) {
      const value = message[property];
      const get = () => {
        counts.comparisons += 1;
        return value;
      };
      Object.defineProperty(message, property, { get });
    }
  }
  const ensureIndex = collection.ensureIndex.bind(collection);
  collection.ensureIndex = (...args) => {
    counts.rebuilds += 1;
    ensureIndex(...args);
  };
  return counts;
}

/** What a poll of an empty queue, a receipt and a deletion take beside a number of messages in another queue. */
async function workBeside(messages: number, isolated: boolean) {
  const store = await queueStore(isolated);
  await put(store, 'own', 'first');
  for (let index = 0; index < messages; index += 1) await put(store, 'other', `other-${index}`);
  const counts = watched(store);
  expect((await receive(store, 'own')).map(({ messageId }) => messageId)).toEqual(['first']);
  await store.deleteMessage('account', 'own', 'first', 'receipt');
  expect(await receive(store, 'own')).toEqual([]);
  return counts;
}

test('a queue takes no longer for the messages in other queues', async () => {
  const { comparisons, rebuilds } = await workBeside(512, true);
  expect(rebuilds).toBe(0);
  // A binary search for each of three operations, each of several steps.
  expect(comparisons).toBeLessThan(512 / 2);
});

test('by itself Azurite compares them all, and rebuilds its indexes', async () => {
  const { comparisons, rebuilds } = await workBeside(512, false);
  expect(rebuilds).toBeGreaterThan(0);
  expect(comparisons).toBeGreaterThan(512 * 3);
});

test('messages are received in order, and expired ones removed', async () => {
  const store = await queueStore(true);
  await put(store, 'own', 'expired', -1);
  for (const id of ['one', 'two', 'three']) await put(store, 'own', id);
  await put(store, 'other', 'of another queue');
  expect((await receive(store, 'own')).map(({ messageId }) => messageId)).toEqual(['one', 'two', 'three']);
  expect(await store.getMessagesCount('account', 'own')).toBe(3);
  expect(await receive(store, 'own')).toEqual([]);
  await store.deleteMessage('account', 'own', 'two', 'receipt');
  await expect(store.deleteMessage('account', 'own', 'two', 'receipt')).rejects.toThrow();
  expect(await store.getMessagesCount('account', 'own')).toBe(2);
  expect((await receive(store, 'other')).map(({ messageId }) => messageId)).toEqual(['of another queue']);
});

test('the contents of a deleted message are removed without rebuilding an index', async () => {
  class Copy extends ExtentStoreOfAzurite {}
  removeExtentsSingly(Copy as unknown as ExtentStoreClass);
  const store = new Copy('unused', true) as unknown as ExtentStore;
  await store.init();
  const collection = store.db.getCollection('$EXTENTS_COLLECTION$');
  for (const id of ['one', 'two']) await store.updateExtent({ id, locationId: 'memory', path: id, size: 1 });
  collection.ensureIndex = () => expect.unreachable('An index was rebuilt.');
  await store.deleteExtent('one');
  await store.deleteExtent('one');
  expect(collection.data.map(({ id }) => id)).toEqual(['two']);
});
