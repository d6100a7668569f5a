import { AsyncLocalStorage } from 'node:async_hooks';
import nodeCrypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import type { SeededRandom } from './random.ts';
import type { Scheduled } from './scheduler.ts';

/** What code sees of the outside while it runs: of one process, or of the world. */
export interface Surroundings {
  /** Epoch milliseconds; with fractions. */
  now(): number;
  readonly random: SeededRandom;
  /** Runs later, unless the process has died by then. */
  after(milliseconds: number, run: () => void): Scheduled;
}

const current = new AsyncLocalStorage<Surroundings>();

/** Runs code, and everything that it starts, with these surroundings. */
export function within<Result>(surroundings: Surroundings, run: () => Result): Result {
  return current.run(surroundings, run);
}

/**
 * Replaces timers, the clock, random numbers and random ids for everything in this thread: as globals and as named imports
 * of Node's modules, also where they are imported already. Node's own modules keep the real ones.
 *
 * @param world the surroundings of code that runs in no process
 * @returns puts everything back
 */
export function replaceTime(world: Surroundings): () => void {
  const around = () => current.getStore() ?? world;
  const undo = [
    ...replaceTimers(around),
    ...replaceClock(around),
    ...replaceChance(around),
    replace(AbortSignal, { timeout: (milliseconds: number) => timeoutSignal(around, milliseconds) }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const restore of undo) restore();
    syncBuiltinESMExports();
  };
}

/** Sets members of an object. @returns puts the earlier ones back */
function replace(owner: object, members: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(members).map((name) => [name, Object.getOwnPropertyDescriptor(owner, name)] as const);
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(owner, name, descriptor);
      else Reflect.deleteProperty(owner, name);
    }
  };
}

type Around = () => Surroundings;
type Callback = (...args: unknown[]) => void;

function replaceTimers(around: Around): (() => void)[] {
  const functions = {
    setTimeout: (run: Callback, delay?: number, ...args: unknown[]) =>
      new VirtualTimer(around(), () => run(...args), delay, false),
    setInterval: (run: Callback, delay?: number, ...args: unknown[]) =>
      new VirtualTimer(around(), () => run(...args), delay, true),
    setImmediate: (run: Callback, ...args: unknown[]) => new VirtualTimer(around(), () => run(...args), 0, false),
    clearTimeout: cancel,
    clearInterval: cancel,
    clearImmediate: cancel,
  };
  const promises = {
    setTimeout: (delay?: number, value?: unknown, options?: TimerOptions) => pause(around(), delay, value, options),
    setImmediate: (value?: unknown, options?: TimerOptions) => pause(around(), 0, value, options),
    setInterval: (delay?: number, value?: unknown, options?: TimerOptions) => ticks(around(), delay, value, options),
  };
  return [
    replace(globalThis, functions),
    replace(timers, functions),
    replace(timersPromises, promises),
    replace(timersPromises.scheduler, {
      wait: (delay: number, options?: TimerOptions) => pause(around(), delay, undefined, options),
      yield: () => pause(around(), 0, undefined, undefined),
    }),
  ];
}

/** Node fires a timer after a millisecond at the earliest, an immediate at once. */
const LONGEST_DELAY_MILLISECONDS = 2 ** 31 - 1;

/** As `setTimeout` returns it. */
class VirtualTimer {
  readonly #surroundings: Surroundings;
  readonly #run: () => void;
  readonly #delay: number;
  readonly #isRepeated: boolean;
  #event: Scheduled;

  constructor(surroundings: Surroundings, run: () => void, delay: unknown, isRepeated: boolean) {
    const milliseconds = Number(delay ?? 0);
    this.#surroundings = surroundings;
    this.#run = AsyncLocalStorage.bind(run);
    this.#delay = milliseconds >= 0 && milliseconds <= LONGEST_DELAY_MILLISECONDS ? milliseconds : 1;
    this.#isRepeated = isRepeated;
    this.#event = this.#schedule();
  }

  #schedule(): Scheduled {
    return this.#surroundings.after(this.#delay, () => {
      if (this.#isRepeated) this.refresh();
      this.#run();
    });
  }

  refresh(): this {
    this.close();
    this.#event = this.#schedule();
    return this;
  }

  close(): void {
    this.#event.isCanceled = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  // Virtual timers keep no process alive.
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return false;
  }
}

function cancel(timer: unknown): void {
  if (timer instanceof VirtualTimer) timer.close();
}

interface TimerOptions {
  readonly signal?: AbortSignal;
}

async function pause(surroundings: Surroundings, delay: unknown, value: unknown, options: TimerOptions | undefined) {
  const signal = options?.signal;
  if (signal?.aborted) throw abortError(signal);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const timer = new VirtualTimer(surroundings, () => resolve(value), delay, false);
  const onAbort = () => {
    timer.close();
    reject(signal && abortError(signal));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function* ticks(
  surroundings: Surroundings,
  delay: unknown,
  value: unknown,
  options: TimerOptions | undefined,
): AsyncGenerator<unknown> {
  for (;;) yield await pause(surroundings, delay, value, options);
}

/** As `node:timers/promises` rejects. */
function abortError(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

function timeoutSignal(around: Around, milliseconds: number): AbortSignal {
  const controller = new AbortController();
  const timedOut = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  new VirtualTimer(around(), timedOut, milliseconds, false);
  return controller.signal;
}

function replaceClock(around: Around): (() => void)[] {
  const RealDate = Date;
  const now = () => Math.floor(around().now());
  const startedOn = around().now();
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  return [
    replace(RealDate, { now }),
    replace(globalThis, { Date: VirtualDate }),
    replace(performance, { now: () => around().now() - startedOn }),
  ];
}

function replaceChance(around: Around): (() => void)[] {
  const fill = (array: NodeJS.ArrayBufferView) => {
    const bytes = around().random.bytes(array.byteLength);
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes);
    return array;
  };
  const randomUUID = () => around().random.uuid();
  return [
    replace(Math, { random: () => around().random.next() }),
    replace(globalThis.crypto, { randomUUID, getRandomValues: fill }),
    replace(nodeCrypto, {
      randomUUID,
      randomBytes: (size: number) => around().random.bytes(size),
      randomFillSync: fill,
      randomInt: (...bounds: number[]) => randomInt(around(), bounds),
    }),
  ];
}

function randomInt({ random }: Surroundings, bounds: readonly number[]): number {
  const [from, below] = bounds.length > 1 ? bounds : [0, bounds[0]];
  return random.between(from ?? 0, (below ?? 1) - 1);
}
