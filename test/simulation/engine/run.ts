import { FaultMix } from './faults.ts';
import { Process } from './process.ts';
import { SeededRandom } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedAccount } from './storage/account.ts';
import { Trace } from './trace.ts';
import type { FaultKind, Simulation, World } from './types.ts';
import { replaceTime } from './virtualTime.ts';

/** What is left out of a run to make its failure easier to understand. */
export interface Reduction {
  readonly disabledFaults?: readonly FaultKind[];
  /** Milliseconds from the start of the run after which nothing goes wrong any more. */
  readonly faultsUntilMilliseconds?: number;
  /** Numbers of the workload's actions that do not happen. */
  readonly leftOutActions?: readonly number[];
  /** At most this much of each amount. */
  readonly amounts?: Readonly<Record<string, number>>;
}

/** All that a run follows from. */
export interface Plan extends Reduction {
  readonly seed: number;
  readonly workloadHours: number;
}

export interface Failure {
  readonly invariant: string;
  readonly facts: unknown;
}

export interface RunResult {
  readonly plan: Plan;
  readonly failure: Failure | undefined;
  /** The same for every run of the same plan. */
  readonly traceHash: string;
  readonly lastLines: readonly string[];
  readonly steps: number;
  readonly virtualMilliseconds: number;
  readonly processes: number;
  readonly kills: number;
  readonly faults: Partial<Record<FaultKind, number>>;
  readonly actions: number;
  readonly amounts: Readonly<Record<string, number>>;
}

/** Ends a run; recorded as well, in case the code under test swallows it. */
class InvariantViolated extends Error {
  override readonly name = 'InvariantViolated';
}

const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;

/** Runs start within the 100 days from then on. */
const FIRST_START = Date.parse('2026-01-15T00:00:00Z');

/** How much longer than its workload a run may take: the world states the time within which all must have ended. */
const LIMITS = { afterWorkloadMilliseconds: 14 * DAY_MILLISECONDS, maximumSteps: 20_000_000 };

/** Runs a world once. Never rejects because of the world or the code under test: that is a failure of the run. */
export async function runPlan(world: World, plan: Plan): Promise<RunResult> {
  const run = new Run(plan);
  const restore = replaceTime(run.surroundings);
  const onUnhandled = (error: unknown) => run.failOnError('no unhandled rejection', error);
  process.on('unhandledRejection', onUnhandled);
  try {
    await run.toEnd(world);
  } finally {
    process.off('unhandledRejection', onUnhandled);
    restore();
  }
  return run.result();
}

class Run implements Simulation {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly workloadMilliseconds: number;
  readonly faults: FaultMix;
  readonly account: SimulatedAccount;
  readonly now = () => Math.floor(this.#scheduler.now);
  readonly surroundings;
  readonly #plan: Plan;
  readonly #root: SeededRandom;
  readonly #startedOn: number;
  readonly #scheduler: Scheduler;
  readonly #trace = new Trace();
  readonly #amounts: Record<string, number> = {};
  readonly #processes = new Map<string, number>();
  #kills = 0;
  #actions = 0;
  #failure: Failure | undefined;
  #isOver: boolean = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.seed = plan.seed;
    this.workloadMilliseconds = plan.workloadHours * HOUR_MILLISECONDS;
    this.#root = new SeededRandom(`seed ${plan.seed}`);
    this.random = this.#root.fork('world');
    this.#startedOn = FIRST_START + this.#root.fork('start').integer(100 * DAY_MILLISECONDS);
    const lastTime = this.#startedOn + this.workloadMilliseconds + LIMITS.afterWorkloadMilliseconds;
    const ranks = this.#root.fork('ranks');
    this.#scheduler = new Scheduler(this.#startedOn, () => ranks.next(), { ...LIMITS, lastTime });
    const scheduler = this.#scheduler;
    this.surroundings = {
      now: () => scheduler.now,
      random: this.#root.fork('surroundings'),
      after: (milliseconds: number, run: () => void) => scheduler.after(milliseconds, run),
    };
    this.faults = new FaultMix(this.#root.fork('faults'), this.now, (kind) => this.trace(`fault ${kind}`), {
      disabled: plan.disabledFaults ?? [],
      until: this.#startedOn + (plan.faultsUntilMilliseconds ?? Number.POSITIVE_INFINITY),
    });
    this.account = new SimulatedAccount({ now: this.now, random: this.#root.fork('account'), faults: this.faults });
  }

  async toEnd(world: World): Promise<void> {
    const ended = () => {
      this.#isOver = true;
    };
    const start = () => {
      world.run(this).then(ended, (error: unknown) => this.failOnError('the world ends without an error', error));
    };
    this.#scheduler.after(0, start);
    try {
      await this.#scheduler.run(() => this.#isOver || this.#failure !== undefined);
    } catch (error) {
      this.failOnError('the run ends', error);
    }
  }

  failOnError(invariant: string, error: unknown): void {
    if (error instanceof InvariantViolated) return; // recorded when it was thrown
    this.#record(invariant, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }

  #record(invariant: string, facts: unknown): void {
    if (this.#failure) return; // the first one is the cause
    this.#failure = { invariant, facts };
    this.trace(`violated: ${invariant}`);
  }

  startProcess(name: string): Process {
    const number = (this.#processes.get(name) ?? 0) + 1;
    this.#processes.set(name, number);
    const random = this.#root.fork(`process ${name} ${number}`); // does not depend on other processes
    const parts = { ...this.#parts(), trace: (event: string) => this.trace(event) };
    const process = new Process(name, parts, random);
    void process.died.then(() => {
      this.#kills += 1;
    });
    this.trace(`${name} starts`);
    return process;
  }

  #parts() {
    return { scheduler: this.#scheduler, faults: this.faults, account: this.account };
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#scheduler.after(milliseconds, resolve);
    });
  }

  stopFaults(): void {
    this.trace('faults stop');
    this.faults.stop();
  }

  actions<Action>(drawn: readonly Action[]): Action[] {
    const first = this.#actions;
    this.#actions += drawn.length;
    return drawn.filter((_, index) => !this.#plan.leftOutActions?.includes(first + index));
  }

  amount(name: string, drawn: number, minimum = 1): number {
    this.#amounts[name] = Math.max(drawn, this.#amounts[name] ?? 0);
    return Math.max(minimum, Math.min(drawn, this.#plan.amounts?.[name] ?? drawn));
  }

  trace(event: string, facts?: object): void {
    const time = new Date(this.now()).toISOString().slice(5, 23);
    this.#trace.add(facts ? `${time} ${event} ${JSON.stringify(facts)}` : `${time} ${event}`);
  }

  fail(invariant: string, facts: object): never {
    this.#record(invariant, facts);
    throw new InvariantViolated(`${invariant}: ${JSON.stringify(facts)}`);
  }

  result(): RunResult {
    return {
      plan: this.#plan,
      failure: this.#failure,
      traceHash: this.#trace.hash,
      lastLines: this.#trace.lastLines(),
      steps: this.#scheduler.steps,
      virtualMilliseconds: this.#scheduler.now - this.#startedOn,
      processes: [...this.#processes.values()].reduce((sum, count) => sum + count, 0),
      kills: this.#kills,
      faults: this.faults.counts,
      actions: this.#actions,
      amounts: this.#amounts,
    };
  }
}
