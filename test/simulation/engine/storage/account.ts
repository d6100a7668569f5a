import type { Account, Faults, Random, StoredMessage, StoredRow } from '../types.ts';
import { BlobData } from './blobData.ts';
import { byCodeUnits } from './order.ts';
import { QueueData } from './queueData.ts';
import { Slowness } from './slowness.ts';
import { TableData } from './tableData.ts';

export interface AccountOptions {
  readonly now: () => number;
  readonly random: Random;
  readonly faults: Faults;
}

/** What one storage account holds. Tables, queues and containers exist from the first write on. */
export class SimulatedAccount implements Account {
  readonly slowness = new Slowness();
  readonly #tables = new Map<string, TableData>();
  readonly #queues = new Map<string, QueueData>();
  readonly #containers = new Map<string, BlobData>();
  readonly #options: AccountOptions;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  table(name: string): TableData {
    return entry(this.#tables, name, () => new TableData(this.#options.now));
  }

  queue(name: string): QueueData {
    const { now, faults, random } = this.#options;
    return entry(this.#queues, name, () => new QueueData({ now, faults, random: random.fork(`queue ${name}`) }));
  }

  hasQueue(name: string): boolean {
    return this.#queues.has(name);
  }

  container(name: string): BlobData {
    return entry(this.#containers, name, () => new BlobData(this.#options.now));
  }

  get tableNames(): readonly string[] {
    return [...this.#tables.keys()].sort(byCodeUnits);
  }

  get queueNames(): readonly string[] {
    return [...this.#queues.keys()].sort(byCodeUnits);
  }

  rows(table: string, partitionKey?: string): StoredRow[] {
    const data = this.#tables.get(table);
    return (partitionKey === undefined ? data?.all() : data?.partition(partitionKey)) ?? [];
  }

  messages(queue: string): StoredMessage[] {
    return this.#queues.get(queue)?.all() ?? [];
  }

  send(queue: string, text: string, delaySeconds = 0): void {
    this.queue(queue).send(text, delaySeconds);
  }

  take(queue: string): StoredMessage[] {
    const messages = this.messages(queue);
    this.#queues.get(queue)?.clear();
    return messages;
  }

  blob(container: string, name: string): Buffer | undefined {
    return this.#containers.get(container)?.get(name);
  }

  writeBlob(container: string, name: string, content: string | Uint8Array): void {
    this.container(container).put(name, Buffer.from(content));
  }

  blobNames(container: string): string[] {
    return this.#containers.get(container)?.names() ?? [];
  }
}

function entry<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
