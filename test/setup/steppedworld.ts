import { type Fate, Job } from './gate.ts';

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
