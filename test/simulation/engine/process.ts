import type { Storage } from '../../../shared/storage/storage.ts';
import type { SeededRandom } from './random.ts';
import type { Scheduled } from './scheduler.ts';
import { type Exchanges, type Latency, type RunParts, StorageCalls } from './storage/calls.ts';
import { createHostMessages } from './storage/hostMessages.ts';
import { createSimulatedStorage } from './storage/simulatedStorage.ts';
import { connectionError } from './storage/storageError.ts';
import { type HostMessages, type IoOptions, MAXIMUM_SKEW_MILLISECONDS, type SimulatedProcess } from './types.ts';
import { type Surroundings, within } from './virtualTime.ts';

/** For the world, which outlives a process: what the process was doing will not end. */
export class ProcessKilled extends Error {
  override readonly name = 'ProcessKilled';
}

const USUAL_LATENCY = [1, 5] as const;
/** Now and then a way takes this much longer. */
const LONG_WAY = { chance: 0.02, factor: 40 };

export class Process implements SimulatedProcess, Surroundings, Exchanges {
  readonly name: string;
  readonly random: SeededRandom;
  readonly storage: Storage;
  readonly messages: HostMessages;
  readonly died: Promise<void>;
  readonly now: () => number;
  readonly #parts: RunParts;
  readonly #chance: SeededRandom;
  readonly #onDeath = new Set<() => void>();
  readonly #resolveDied: () => void;
  #isAlive: boolean = true;

  constructor(name: string, parts: RunParts, random: SeededRandom) {
    this.name = name;
    this.#parts = parts;
    this.random = random.fork('code');
    this.#chance = random.fork('calls');
    const skew = (2 * random.next() - 1) * MAXIMUM_SKEW_MILLISECONDS;
    this.now = () => Math.floor(parts.scheduler.now + skew);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.died = promise;
    this.#resolveDied = resolve;
    const calls = new StorageCalls(this, parts, random.fork('storage'));
    this.storage = createSimulatedStorage(calls, parts.account, this.random);
    this.messages = createHostMessages(calls, parts.account);
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  after(milliseconds: number, run: () => void): Scheduled {
    return this.#parts.scheduler.after(milliseconds, () => {
      if (this.#isAlive) run();
    });
  }

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const onDeath = () => reject(new ProcessKilled(`${this.name} was killed.`));
    if (!this.#isAlive) {
      onDeath();
      return promise;
    }
    this.#onDeath.add(onDeath);
    const ended = (settle: () => void) => {
      if (this.#onDeath.delete(onDeath)) settle();
    };
    within(this, async () => work()).then(
      (result) => ended(() => resolve(result)),
      (error: unknown) => ended(() => reject(error)),
    );
    return promise;
  }

  kill(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#parts.trace(`${this.name} is killed`);
    for (const onDeath of this.#onDeath) onDeath();
    this.#onDeath.clear();
    this.#resolveDied();
  }

  async io<Result>(label: string, effect: () => Result, options: IoOptions = {}): Promise<Result> {
    const { lostBefore, lostAfter, failure = connectionError, latencyMilliseconds = USUAL_LATENCY } = options;
    const latency = this.latency(latencyMilliseconds);
    const { faults } = this.#parts;
    if (lostBefore && faults.strikes(lostBefore)) {
      await this.exchange(`${label}, lost on the way there`, latency, () => undefined);
      throw failure();
    }
    const isAnswerLost = lostAfter !== undefined && faults.strikes(lostAfter);
    const result = await this.exchange(isAnswerLost ? `${label}, lost on the way back` : label, latency, effect);
    if (isAnswerLost) throw failure();
    return result;
  }

  latency([shortest, longest]: readonly [number, number] = USUAL_LATENCY): Latency {
    const way = () => {
      const usual = shortest + this.#chance.next() * (longest - shortest);
      return this.#chance.chance(LONG_WAY.chance) ? usual * LONG_WAY.factor * this.#chance.next() : usual;
    };
    return { there: way(), back: way() };
  }

  /** One request and its response. A killed process never hears of it, and its effect may not happen. */
  exchange<Result>(label: string, { there, back }: Latency, effect: () => Result): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    if (!this.#isAlive) return promise;
    const { scheduler, faults } = this.#parts;
    if (faults.strikes('kill')) scheduler.after(this.#chance.next() * (there + back), () => this.kill());
    scheduler.after(there, () => {
      if (!this.#isAlive && this.#chance.chance(0.5)) return; // the request was not sent in time
      let answer: () => void;
      try {
        const result = effect();
        answer = () => resolve(result);
        this.#parts.trace(`${this.name} ${label}${summaryOf(result)}`);
      } catch (error) {
        answer = () => reject(error);
        this.#parts.trace(`${this.name} ${label}: ${summaryOfError(error)}`);
      }
      this.after(back, answer);
    });
    return promise;
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve);
    });
  }
}

function summaryOf(result: unknown): string {
  if (typeof result === 'string' || typeof result === 'number' || typeof result === 'boolean') return `: ${result}`;
  if (Array.isArray(result)) return `: ${result.length}`;
  return '';
}

function summaryOfError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `${error.name} ${String(error.code)}` : `${error.name} ${error.message}`;
}
