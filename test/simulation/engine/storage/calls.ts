import type { FaultMix } from '../faults.ts';
import type { SeededRandom } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { SimulatedAccount } from './account.ts';
import { connectionError, storageError } from './storageError.ts';

/** What all processes of a run share. */
export interface RunParts {
  readonly scheduler: Scheduler;
  readonly faults: FaultMix;
  readonly account: SimulatedAccount;
  trace(event: string): void;
}

/** How long one exchange with the outside takes each way, in milliseconds. */
export interface Latency {
  readonly there: number;
  readonly back: number;
}

/** How a process reaches the outside. */
export interface Exchanges {
  /** One request and its response, with `effect` in between. */
  exchange<Result>(label: string, latency: Latency, effect: () => Result): Promise<Result>;
  latency(): Latency;
  pause(milliseconds: number): Promise<void>;
}

type Service = 'table' | 'queue' | 'blob';

export interface StorageCall<Result> {
  readonly service: Service;
  readonly label: string;
  /** What shares a server: a partition of a table, a queue, a container. */
  readonly partition: string;
  /** A write may take effect although its caller gets an error, or be repeated by the SDK after it took effect. */
  readonly isWrite: boolean;
  /** What the request does, at one moment. */
  readonly effect: () => Result;
}

/**
 * Pauses between the tries of the SDKs, in milliseconds: 1, 2 and 4 s with jitter in that for tables, 0, 4 and 12 s in those
 * for queues and blobs.
 *
 * @see https://github.com/Azure/azure-sdk-for-js/blob/main/sdk/core/ts-http-runtime/src/retryStrategies/exponentialRetryStrategy.ts
 * @see https://github.com/Azure/azure-sdk-for-js/blob/main/sdk/storage/storage-common/src/policies/StorageRetryPolicyV2.ts
 */
const RETRY_PAUSES: Readonly<Record<Service, readonly (readonly [shortest: number, longest: number])[]>> = {
  table: [
    [500, 1000],
    [1000, 2000],
    [2000, 4000],
  ],
  queue: [
    [0, 0],
    [4000, 4000],
    [12_000, 12_000],
  ],
  blob: [
    [0, 0],
    [4000, 4000],
    [12_000, 12_000],
  ],
};

/** @see https://learn.microsoft.com/rest/api/storageservices/setting-timeouts-for-table-service-operations */
const SERVER_TIMEOUT_MILLISECONDS = 30_000;

const SLOW_CALL_MILLISECONDS = [1000, SERVER_TIMEOUT_MILLISECONDS] as const;
const SLOW_WHILE_MILLISECONDS = [5000, 120_000] as const;
const SLOW_FACTORS = [10, 300] as const;

/** The calls of one process: their latency and faults. */
export class StorageCalls {
  readonly #process: Exchanges;
  readonly #parts: RunParts;
  readonly #random: SeededRandom;

  constructor(process: Exchanges, parts: RunParts, random: SeededRandom) {
    this.#process = process;
    this.#parts = parts;
    this.#random = random;
  }

  get random(): SeededRandom {
    return this.#random;
  }

  pause(milliseconds: number): Promise<void> {
    return this.#process.pause(milliseconds);
  }

  /** Makes one call of an SDK, with all of its tries. @throws RestError as the SDK does */
  async make<Result>(call: StorageCall<Result>): Promise<Result> {
    const { faults } = this.#parts;
    if (faults.strikes('storageThrottled')) return this.#fail(call, storageError(503, 'ServerBusy'));
    if (faults.strikes('storageTimeoutBefore')) return this.#fail(call, this.#timeout());
    if (call.isWrite && faults.strikes('storageTimeoutAfter')) {
      return this.#fail(call, this.#timeout(), this.#random.integer(RETRY_PAUSES[call.service].length + 1));
    }
    if (call.isWrite && faults.strikes('storageRetriedAfterEffect')) await this.#repeat(call);
    return this.#process.exchange(call.label, this.#latency(call.partition), call.effect);
  }

  /** @param effective the try that takes effect, if any does */
  async #fail<Result>(call: StorageCall<Result>, error: Error, effective?: number): Promise<never> {
    const { service, label, partition } = call;
    for (let number = 0; ; number += 1) {
      const latency = this.#latency(partition);
      if (number === effective) {
        await this.#process.exchange(`${label}, response lost`, latency, () => attempt(call.effect));
      } else await this.#process.exchange(`${label} fails`, latency, () => undefined);
      const pause = RETRY_PAUSES[service][number];
      if (!pause) throw error;
      await this.#process.pause(this.#between(pause));
    }
  }

  /** The first try: it takes effect, but the SDK never gets the response, and tries again. */
  async #repeat<Result>({ service, label, partition, effect }: StorageCall<Result>): Promise<void> {
    const hasTimedOut = this.#random.chance(0.1);
    const latency = this.#latency(partition);
    const back = hasTimedOut ? SERVER_TIMEOUT_MILLISECONDS : latency.back;
    await this.#process.exchange(`${label}, to be repeated`, { ...latency, back }, () => attempt(effect));
    await this.#process.pause(this.#between(RETRY_PAUSES[service][0] ?? [0, 0]));
  }

  #timeout(): Error {
    return this.#random.chance(0.5) ? connectionError() : storageError(500, 'OperationTimedOut');
  }

  #latency(partition: string): Latency {
    const { faults, account, scheduler } = this.#parts;
    const factor = account.slowness.factorOf(partition, scheduler.now, faults, () => ({
      factor: this.#between(SLOW_FACTORS),
      milliseconds: this.#between(SLOW_WHILE_MILLISECONDS),
    }));
    const { there, back } = this.#process.latency();
    const slow = faults.strikes('storageSlow') ? this.#between(SLOW_CALL_MILLISECONDS) : 0;
    const share = this.#random.next(); // the effect is early or late
    return { there: there * factor + share * slow, back: back * factor + (1 - share) * slow };
  }

  #between([shortest, longest]: readonly [number, number]): number {
    return shortest + this.#random.next() * (longest - shortest);
  }
}

/** An effect whose response is lost. Returns the code of an error, for the trace. */
function attempt(effect: () => unknown): string | undefined {
  try {
    effect();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
