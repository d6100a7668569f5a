import type { Storage } from '../../../shared/storage/storage.ts';
import type { RowValues } from '../../../shared/storage/tables.ts';

// What the simulated world and the engine agree on. Times are virtual: epoch milliseconds, unless a name says otherwise.

/** Everything that can go wrong. The engine strikes with the storage's kinds and with `kill`, the world with all others. */
export type FaultKind =
  // storage, as the SDKs report it after their own retries
  | 'storageThrottled' // 503 or 429, no effect
  | 'storageTimeoutBefore' // no response, no effect
  | 'storageTimeoutAfter' // no response, and yet the effect
  | 'storageRetriedAfterEffect' // the SDK repeated a request that had taken effect: a 409, 412 or 404, or a second message
  | 'storageSlow' // one call takes seconds
  | 'accountSlow' // all calls take longer for a while
  | 'partitionSlow' // all calls of one partition or queue take longer for a while
  | 'messageDelayed' // visible up to a second late
  | 'messageEarly' // visible up to a second early
  | 'messageReordered' // received before older messages
  | 'messageRedelivered' // received again although its receiver still holds it
  // processes
  | 'kill' // at an I/O call: before, during or after its effect
  // ACS, its events, and what operators do: struck by the world
  | 'acsThrottled'
  | 'acsUnavailable'
  | 'acsSlow'
  | 'acsRequestLost'
  | 'acsResponseLost'
  | 'acsPartialFailure'
  | 'eventDelayed'
  | 'eventRepeated'
  | 'eventLost'
  | 'keyRotation'
  | 'settingsChanged'
  | 'hostRestart';

/** Choices that follow from the seed. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number, at least 0, less than `below`. */
  integer(below: number): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError for an empty list */
  pick<Item>(items: readonly Item[]): Item;
  /** A uuid, as `crypto.randomUUID` returns them. */
  uuid(): string;
  /** A source of its own: what is drawn from it does not shift what is drawn here, nor the other way around. */
  fork(name: string): Random;
}

export interface Faults {
  /** Draws whether a fault of this kind happens here and now; counts and traces it. Never after `stopFaults`. */
  strikes(kind: FaultKind): boolean;
  /** The rate that was drawn for this seed: many seeds have none of a kind, some have much. 0 after `stopFaults`. */
  rate(kind: FaultKind): number;
}

/** One run of one seed. */
export interface Simulation {
  readonly seed: number;
  /** For the world. The engine draws from forks of its own. */
  readonly random: Random;
  /** The true time. */
  readonly now: () => number;
  /** How long the workload should go on (virtual). */
  readonly workloadMilliseconds: number;
  readonly faults: Faults;
  /** All that is stored, for the workload and the checks: without faults, latency or processes. */
  readonly account: Account;
  startProcess(name: string): SimulatedProcess;
  /** The world's own pause. It belongs to no process. */
  sleep(milliseconds: number): Promise<void>;
  /** From here on, liveness must hold. Clocks keep their skew. */
  stopFaults(): void;
  /** A list of what the workload does. A failing run is shrunk by leaving out items, so they must not depend on each other. */
  actions<Action>(drawn: readonly Action[]): Action[];
  /** A count that a failing run may be shrunk by, e.g. recipients of a batch. At least `minimum`. */
  amount(name: string, drawn: number, minimum?: number): number;
  /** Adds to the trace and its running hash. */
  trace(event: string, facts?: object): void;
  /** Ends the run: an invariant is violated. What is thrown may be swallowed by the code under test; the run ends anyway. */
  fail(invariant: string, facts: object): never;
}

export interface SimulatedProcess {
  readonly name: string;
  readonly isAlive: boolean;
  /** The process's clock: off by a skew that is drawn per process and bounded by {@link MAXIMUM_SKEW_MILLISECONDS}. */
  readonly now: () => number;
  /** The storage, with this process's faults. */
  readonly storage: Storage;
  /** What a functions host does with queues, with the same faults. */
  readonly messages: HostMessages;
  /** Fulfilled when the process has been killed. */
  readonly died: Promise<void>;
  /**
   * Runs code as this process: its timers, `Date`, `Math.random` and ids are the process's own.
   *
   * @throws ProcessKilled for the world, which outlives the process; the code itself just stops at its next `await` of I/O
   */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * One call to the outside: latency, then `effect` at one moment, then latency. The process may be killed at any of these
   * moments; then the call never settles, and its effect may or may not happen.
   *
   * @param effect synchronous; what it throws, the caller gets
   */
  io<Result>(label: string, effect: () => Result, options?: IoOptions): Promise<Result>;
  /** From now on none of its awaits settles. An effect that is under way happens or does not. */
  kill(): void;
}

export interface IoOptions {
  /** Struck before the effect: it does not happen, and the caller gets `failure`. */
  readonly lostBefore?: FaultKind;
  /** Struck after the effect: it happens, and the caller gets `failure`. */
  readonly lostAfter?: FaultKind;
  /** What a caller gets when the request or response is lost. Default: a RestError as of a reset connection. */
  readonly failure?: () => Error;
  /** Latency of each way; default about 2 to 10 ms, and now and then more. */
  readonly latencyMilliseconds?: readonly [shortest: number, longest: number];
}

/** How far any process's clock is off at most. */
export const MAXIMUM_SKEW_MILLISECONDS = 2000;

export interface ReceivedMessage {
  readonly id: string;
  /** As it is on the queue: base64 unless it was sent otherwise. */
  readonly text: string;
  readonly dequeueCount: number;
  /** Changes with each receipt and update. */
  readonly popReceipt: string;
  readonly insertedOn: number;
  readonly nextVisibleOn: number;
}

/** The part of a queue that a host uses. Storage errors reject, as with the SDK. */
export interface HostMessages {
  /** Up to 32 messages, in about the order in which they became visible. None if the queue does not exist. */
  receive(queue: string, maximum: number, visibilitySeconds: number): Promise<ReceivedMessage[]>;
  /** Sets when a message becomes visible. @throws 404 `PopReceiptMismatch` or `MessageNotFound` if it was received by another since */
  update(queue: string, message: ReceivedMessage, visibilitySeconds: number): Promise<ReceivedMessage>;
  /** @throws as `update` */
  remove(queue: string, message: ReceivedMessage): Promise<void>;
  /** Sends text as it is, which a host does for a poison queue. Creates the queue if it does not exist. */
  send(queue: string, text: string, delaySeconds?: number): Promise<void>;
}

export interface StoredRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly writtenOn: number;
  readonly values: RowValues;
}

export interface StoredMessage {
  readonly id: string;
  readonly text: string;
  readonly dequeueCount: number;
  readonly visibleOn: number;
}

export interface Account {
  readonly tableNames: readonly string[];
  readonly queueNames: readonly string[];
  /** In order of partition and row keys. */
  rows(table: string, partitionKey?: string): StoredRow[];
  messages(queue: string): StoredMessage[];
  /** Puts a message on a queue, as an app or Event Grid does. */
  send(queue: string, text: string, delaySeconds?: number): void;
  /** Takes the messages of a queue for good, as an app that reads its outcomes does. */
  take(queue: string): StoredMessage[];
  blob(container: string, name: string): Buffer | undefined;
  writeBlob(container: string, name: string, content: string | Uint8Array): void;
  blobNames(container: string): string[];
}

/** What a run simulates: `world` of `test/simulation/world/world.ts`. The engine knows nothing of it. */
export interface World {
  /** Resolves when the workload has ended and all checks have passed. @throws what `simulation.fail` throws */
  run(simulation: Simulation): Promise<void>;
}
