import { AsyncLocalStorage } from 'node:async_hooks';
import type { Storage } from '../../shared/storage/storage.ts';
import type { Row, Table } from '../../shared/storage/tables.ts';

/** One run of a function in one of the processes. */
export interface Running<Errand> {
  readonly job: Job;
  readonly process: number;
  /** Why it runs. */
  readonly errand: Errand;
}

const PROCESSES = 2;

/**
 * Two processes that run functions, in a world where one call happens after the other: what every model test of crashes
 * stands on. An engine is what a process makes once and forgets when it dies.
 */
export abstract class SteppedWorld<Engine, Errand, Mood> {
  /** Epoch milliseconds. */
  now = Date.parse('2026-01-15T08:30:00Z');
  running: Running<Errand>[] = [];
  /** Something went wrong that may leave one in doubt, or have something told again. */
  hasTrouble: boolean = false;
  readonly trace: string[] = [];
  readonly #engines = new Map<number, Engine>();
  readonly #calmMood: Mood;

  /** @param calmMood in which ACS does what is asked of it */
  constructor(calmMood: Mood) {
    this.#calmMood = calmMood;
  }

  protected abstract createEngine(): Engine;

  /** What ACS does with the request that comes next. */
  protected abstract setMood(mood: Mood): void;

  /** @throws what no function may end with */
  protected abstract ended(job: Job, errand: Errand): void;

  /** Its process has died under it. */
  protected abstract died(errand: Errand): void;

  say(text: string): void {
    this.trace.push(`${new Date(this.now).toISOString().slice(8, 19)} ${text}`);
  }

  /** Whoever is at work stands still in the meantime, and may be late for what they are about to do. */
  wait(seconds: number): void {
    this.now += seconds * 1000;
    if (this.running.length > 0) this.hasTrouble = true;
    this.say(`${seconds} seconds later`);
  }

  /** Begins a function in one of the processes. */
  async begin(name: string, run: (engine: Engine) => Promise<unknown>, errand: Errand): Promise<void> {
    const process = this.trace.length % PROCESSES;
    const engine = this.#engineOf(process);
    this.say(`${name} begins in process ${process}`);
    const it = { job: new Job(name, () => run(engine)), process, errand };
    this.running.push(it);
    await it.job.settle(() => this.#waitingBeside(it) !== undefined);
    this.reap();
  }

  #engineOf(process: number): Engine {
    const engine = this.#engines.get(process) ?? this.createEngine();
    this.#engines.set(process, engine);
    return engine;
  }

  /** Lets one call of a running function happen. */
  async step(which: number, fate: Fate, mood: Mood): Promise<void> {
    const it = this.running[which % this.running.length];
    if (!it) return;
    const next = it.job.calls[0]?.name ?? 'nothing';
    const isAcs = next === 'ACS';
    if (isAcs) this.setMood(mood);
    else if (fate !== 'works') this.hasTrouble = true;
    this.say(`${it.job.name}: ${next} – ${isAcs ? mood : fate}`);
    await it.job.step(isAcs ? 'works' : fate, () => this.#waitingBeside(it) !== undefined);
    this.reap();
  }

  /** @param moods of ACS, one for each request; then it does what is asked of it */
  async runToEnd(which: number, moods: Mood[] = []): Promise<void> {
    const it = this.running[which % this.running.length];
    while (it && !it.job.isOver) {
      const target = it.job.calls.length > 0 ? it : this.#waitingBeside(it);
      if (!target) throw new Error(`${it.job.name} waits for nothing.`);
      const isAcs = target.job.calls[0]?.name === 'ACS';
      const mood = (isAcs ? moods.shift() : undefined) ?? this.#calmMood;
      await this.step(this.running.indexOf(target), 'works', mood);
    }
  }

  /** @param moods as of {@link runToEnd} */
  async runAllToEnd(moods: Mood[] = []): Promise<void> {
    while (this.running.length > 0) await this.runToEnd(0, moods);
  }

  /** Another function of its process that stands before a call: it may be reading for both. */
  #waitingBeside({ job, process }: Running<Errand>): Running<Errand> | undefined {
    return this.running.find((it) => it.process === process && it.job !== job && it.job.calls.length > 0);
  }

  /** A process dies with everything that it runs. */
  die(which: number): void {
    const victim = this.running[which % this.running.length];
    if (!victim) return;
    this.hasTrouble = true;
    const { process } = victim;
    const dead = this.running.filter((it) => it.process === process);
    this.say(`process ${process} dies with ${dead.map(({ job }) => job.name).join(', ')}`);
    this.running = this.running.filter((it) => it.process !== process);
    this.#engines.delete(process);
    for (const { errand } of dead) this.died(errand);
  }

  protected reap(): void {
    const over = this.running.filter(({ job }) => job.isOver);
    this.running = this.running.filter(({ job }) => !job.isOver);
    for (const { job, errand } of over) {
      this.say(`${job.name} ends${job.error ? `: ${String(job.error)}` : ''}`);
      this.ended(job, errand);
    }
  }
}

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

/** What each call to storage goes through. */
export type Gate = <Result>(name: string, effect: () => Promise<Result>) => Promise<Result>;

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

/** The storage as a job sees it, or another caller with a gate of its own. */
export function gatedStorage(storage: Storage, gate: Gate = gated): Storage {
  const { queues, blobs, tables, oldRows } = storage;
  return {
    oldRows,
    queues: { send: (queue, text, options) => gate(`send ${queue}`, () => queues.send(queue, text, options)) },
    blobs: {
      write: (container, name, content) => gate('write blob', () => blobs.write(container, name, content)),
      writeText: (container, name, pieces) => gate('stream blob', () => blobs.writeText(container, name, pieces)),
      read: (container, name) => gate('read blob', () => blobs.read(container, name)),
      readRange: (...range) => gate('read range', () => blobs.readRange(...range)),
      list: (container) => blobs.list(container),
      remove: (container, name) => gate('remove blob', () => blobs.remove(container, name)),
    },
    tables: { table: (name) => gatedTable(name, tables.table(name), gate), backOff: async () => undefined },
  };
}

function gatedTable(name: string, table: Table, gate: Gate): Table {
  return {
    get: (partition, row) => gate(`get ${name} ${row}`, () => table.get(partition, row)),
    insert: (partition, row, values) => gate(`insert ${name} ${row}`, () => table.insert(partition, row, values)),
    replace: (partition, row) => gate(`replace ${name} ${row.rowKey}`, () => table.replace(partition, row)),
    merge: (partition, row) => gate(`merge ${name} ${row.rowKey}`, () => table.merge(partition, row)),
    transact: (partition, changes) =>
      gate(`transact ${name} ${changes.map(({ rowKey }) => rowKey)}`, () => table.transact(partition, changes)),
    list: async function* (partition, range) {
      yield* await gate(`list ${name}`, () => collect(table.list(partition, range)));
    },
    nextPartition: (after) => gate(`next partition of ${name}`, () => table.nextPartition(after)),
    remove: (partition, ...rest) => gate(`remove ${name}`, () => table.remove(partition, ...rest)),
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
