import { AsyncLocalStorage } from 'node:async_hooks';
import type { Storage } from '../../shared/storage/storage.ts';
import type { Row, Table } from '../../shared/storage/tables.ts';

/**
 * What becomes of one call to storage or ACS. `fails`: an error, and nothing was done; `lost`: an error, but it was done;
 * `hidden`: it was done, and the SDK's own retry then says "somebody was faster".
 */
export type Fate = 'works' | 'fails' | 'lost' | 'hidden';

/** The error of a call that the test made fail. */
export class BrokenCall extends Error {
  override readonly name = 'BrokenCall';
}

interface WaitingCall {
  readonly name: string;
  readonly go: (fate: Fate) => Promise<void>;
}

const currentJob = new AsyncLocalStorage<Job>();

/** Turns of the event loop that a function may take from one call to the next. */
const TURNS_BETWEEN_CALLS = 10;
const MAXIMUM_TURNS = 10_000;

/** One run of a function, which stops before each of its calls until it is let go on. A job that never is has died. */
export class Job {
  readonly name: string;
  readonly calls: WaitingCall[] = [];
  #state: 'running' | 'over' = 'running';
  error: unknown;

  constructor(name: string, run: () => Promise<unknown>) {
    this.name = name;
    currentJob.run(this, () => {
      run()
        .catch((error: unknown) => {
          this.error = error;
        })
        .finally(() => {
          this.#state = 'over';
        });
    });
  }

  /** Until it stands before a call, or has ended; or waits for what another one is reading. */
  async settle(isAnotherWaiting: () => boolean): Promise<void> {
    for (let turns = 0; turns < MAXIMUM_TURNS; turns += 1) {
      await turn();
      if (this.#isAtRest() || (turns > TURNS_BETWEEN_CALLS && isAnotherWaiting())) return;
    }
    throw new Error(`${this.name} neither ends nor calls anything.`);
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  #isAtRest(): boolean {
    return this.isOver || this.calls.length > 0;
  }

  /** Lets its first waiting call happen; answers what it was. */
  async step(fate: Fate, isAnotherWaiting: () => boolean): Promise<void> {
    await this.calls.shift()?.go(fate);
    await this.settle(isAnotherWaiting);
  }
}

/** Makes every call within a job wait for its turn. */
export async function gated<Result>(name: string, effect: () => Promise<Result>): Promise<Result> {
  const job = currentJob.getStore();
  if (!job) return effect();
  const fate = await new Promise<{ fate: Fate; done: () => void }>((resolve) => {
    const go = (given: Fate) => new Promise<void>((done) => resolve({ fate: given, done }));
    job.calls.push({ name, go });
  });
  try {
    if (fate.fate === 'fails') throw new BrokenCall(`${name} fails`);
    const result = await effect();
    if (fate.fate === 'lost') throw new BrokenCall(`${name} was done, and its answer is lost`);
    return fate.fate === 'hidden' && isConditional(name) ? (undefined as Result) : result;
  } finally {
    fate.done();
  }
}

/** Calls that say by `undefined` that somebody was faster. */
function isConditional(name: string): boolean {
  return /^(?:insert|replace|merge|transact) /.test(name);
}

/** The storage as a job sees it. */
export function gatedStorage(storage: Storage): Storage {
  const { queues, blobs, tables, oldRows } = storage;
  return {
    oldRows,
    queues: { send: (queue, text, options) => gated(`send ${queue}`, () => queues.send(queue, text, options)) },
    blobs: {
      write: (container, name, content) => gated('write blob', () => blobs.write(container, name, content)),
      writeText: (container, name, pieces) => gated('stream blob', () => blobs.writeText(container, name, pieces)),
      read: (container, name) => gated('read blob', () => blobs.read(container, name)),
      readRange: (...range) => gated('read range', () => blobs.readRange(...range)),
      list: (container) => blobs.list(container),
      remove: (container, name) => gated('remove blob', () => blobs.remove(container, name)),
    },
    tables: { table: (name) => gatedTable(name, tables.table(name)), backOff: async () => undefined },
  };
}

function gatedTable(name: string, table: Table): Table {
  return {
    get: (partition, row) => gated(`get ${name} ${row}`, () => table.get(partition, row)),
    insert: (partition, row, values) => gated(`insert ${name} ${row}`, () => table.insert(partition, row, values)),
    replace: (partition, row) => gated(`replace ${name} ${row.rowKey}`, () => table.replace(partition, row)),
    merge: (partition, row) => gated(`merge ${name} ${row.rowKey}`, () => table.merge(partition, row)),
    transact: (partition, changes) =>
      gated(`transact ${name} ${changes.map(({ rowKey }) => rowKey)}`, () => table.transact(partition, changes)),
    list: async function* (partition, range) {
      yield* await gated(`list ${name}`, () => collect(table.list(partition, range)));
    },
    nextPartition: (after) => gated(`next partition of ${name}`, () => table.nextPartition(after)),
    remove: (partition, ...rest) => gated(`remove ${name}`, () => table.remove(partition, ...rest)),
  };
}

/** A page of a list is read in one call, and shows the rows of one moment. */
async function collect(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
