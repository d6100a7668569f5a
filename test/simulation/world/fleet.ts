import { parseSchedule } from '../../../infra/local/functions-host/timer/schedule.ts';
import { createRuntime } from '../../../shared/runtime.ts';
import type { Random, ReceivedMessage, Simulation } from '../engine/types.ts';
import type { Acs } from './acs/acs.ts';
import { createAcsHttpClient } from './acs/httpClient.ts';
import { type LogLine, TIMER_FUNCTIONS, type TimerFunction } from './functions.ts';
import { FunctionsHost } from './functionsHost.ts';
import type { History } from './history.ts';
import { type Configuration, type Installation, settingsOf } from './installation.ts';
import type { QueueBell } from './queueBell.ts';
import { watchedStorage } from './storageView.ts';

/** Another host takes over a timer when the lock of a dead one has expired. */
const TIMER_LOCK_MILLISECONDS = 60_000;

/** How soon the platform starts a process again: usually at once, now and then after minutes. */
const SOON_MILLISECONDS = 1000;
const LATE_MILLISECONDS = 5 * 60_000;

export interface FleetParts {
  readonly simulation: Simulation;
  readonly installation: Installation;
  readonly acs: Acs;
  readonly bell: QueueBell;
  readonly history: History;
  readonly served: (queue: string, message: ReceivedMessage) => void;
}

/** The function app: its processes, which are started, restarted, scaled out and in. */
export class Fleet {
  hosts: FunctionsHost[] = [];
  configuration: Configuration;
  /** When the last process with an earlier configuration ended; undefined while one is running. */
  configuredOn: number | undefined;
  readonly #parts: FleetParts;
  readonly #random: Random;
  #wanted = 0;
  #starting = 0;
  #started = 0;
  #isOver: boolean = false;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.#random = parts.simulation.random.fork('fleet');
    this.configuration = { clients: parts.installation.clients, acsKeys: parts.installation.acsKeys };
    for (const it of TIMER_FUNCTIONS) void this.#runTimer(it);
  }

  /** A line of a function's log. */
  readonly #log = (line: string): void => {
    const { simulation, history } = this.#parts;
    simulation.trace(line);
    if (MISTAKE.test(line)) history.mistakes.push(line);
  };

  get log(): LogLine {
    return this.#log;
  }

  get isDisturbed(): boolean {
    return this.#parts.simulation.faults.rate('kill') > 0;
  }

  scale(wanted: number): void {
    this.#parts.simulation.trace('scale', { wanted });
    this.#wanted = wanted;
    while (this.hosts.length + this.#starting < wanted) this.#launch();
    const excess = this.hosts.filter((it) => it.isOn).slice(wanted);
    for (const host of excess) void this.#retire(host);
  }

  /** Restarts every process with the present configuration, one after the other or all at once. */
  async restart(): Promise<void> {
    const { simulation } = this.#parts;
    const old = [...this.hosts];
    this.configuredOn = undefined;
    const isRolling = this.#random.chance(0.5);
    for (const host of old) {
      const ended = this.#retire(host).then(() => this.#restore());
      if (isRolling) await ended;
      if (isRolling) await simulation.sleep(this.#random.integer(3000));
    }
    await Promise.all(old.map((it) => it.process.died));
    this.configuredOn = simulation.now();
  }

  /** A process that takes requests; undefined when none runs. */
  any(): FunctionsHost | undefined {
    const on = this.hosts.filter((it) => it.isOn);
    return on.length > 0 ? this.#random.pick(on) : undefined;
  }

  /** No process is started again, and timers end. */
  end(): void {
    this.#isOver = true;
    for (const { process } of this.hosts) process.kill();
  }

  async #retire(host: FunctionsHost): Promise<void> {
    await host.stop();
    this.hosts = this.hosts.filter((it) => it !== host);
  }

  #launch(): void {
    const { simulation, installation, acs, bell, history, served } = this.#parts;
    this.#started += 1;
    const process = simulation.startProcess(`p${this.#started}`);
    const now = () => new Date(process.now());
    const storage = watchedStorage({ simulation, process, bell, history });
    const httpClient = createAcsHttpClient({ simulation, process, acs, history });
    const runtime = createRuntime(settingsOf(installation, this.configuration), now, storage, httpClient);
    const log = this.#log;
    const host = new FunctionsHost({ simulation, process, runtime, bell, log, served });
    this.hosts.push(host);
    void process.died.then(() => {
      this.hosts = this.hosts.filter((it) => it !== host);
      return this.#restore();
    });
  }

  async #restore(): Promise<void> {
    if (this.#isOver || this.hosts.length + this.#starting >= this.#wanted) return;
    this.#starting += 1;
    const isLate = this.isDisturbed && this.#random.chance(0.1);
    await this.#parts.simulation.sleep(this.#random.integer(isLate ? LATE_MILLISECONDS : SOON_MILLISECONDS));
    this.#starting -= 1;
    if (!this.#isOver && this.hosts.length + this.#starting < this.#wanted) this.#launch();
  }

  /** One host at a time runs a timer, as long as it lives. */
  async #runTimer({ name, schedule, run }: TimerFunction): Promise<void> {
    const { simulation } = this.#parts;
    const next = nextRun(schedule, name);
    const log = this.#log;
    let holder: FunctionsHost | undefined;
    let freeOn = 0;
    while (!this.#isOver) {
      await simulation.sleep(Math.max(1, next(simulation.now()) - simulation.now()));
      if (holder && !holder.isOn) {
        freeOn = simulation.now() + this.#random.integer(TIMER_LOCK_MILLISECONDS);
        holder = undefined;
      }
      holder ??= simulation.now() >= freeOn ? this.any() : undefined;
      if (!holder || this.#isOver) continue;
      const { process, runtime } = holder;
      await process.run(() => run(runtime, log)).catch(() => undefined); // logged by the function itself, or killed
    }
  }
}

const MINUTE_MILLISECONDS = 60_000;

/** Returns a timer's next time. A schedule of seconds is the same in every minute, and so is read once. */
function nextRun(schedule: string, name: string): (now: number) => number {
  const { next } = parseSchedule(schedule, name);
  if (!schedule.endsWith(' * * * * *')) return (now) => next(new Date(now)).getTime();
  const times: number[] = [];
  for (let time = next(new Date(-1)).getTime(); time < MINUTE_MILLISECONDS; time = next(new Date(time)).getTime()) {
    times.push(time);
  }
  return (now) => {
    const minute = Math.floor(now / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS;
    const later = times.map((it) => minute + it).find((it) => it > now);
    return later ?? minute + MINUTE_MILLISECONDS + (times[0] ?? 0);
  };
}

/** What no fault explains. */
const MISTAKE = /TypeError|RangeError|ReferenceError|SyntaxError/;
