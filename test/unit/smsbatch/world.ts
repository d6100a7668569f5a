import { randomUUID } from 'node:crypto';
import type { SubmitSmsBatchRequest } from '../../../shared/contract/smsbatch.ts';
import { SwitchboardError } from '../../../shared/contract/switchboarderror.ts';
import { createOptOuts } from '../../../shared/optouts/optouts.ts';
import type { Batch } from '../../../shared/smsbatch/batch.ts';
import { cancelBatch, redriveBatch } from '../../../shared/smsbatch/control.ts';
import { type BatchEngine, type BatchEvent, createEngine } from '../../../shared/smsbatch/engine.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { sweepBatches } from '../../../shared/smsbatch/sweep.ts';
import { BrokenCall, type Fate, gated, gatedStorage, Job } from '../../setup/gate.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { CLIENT, FROM } from './fixtures.ts';
import { FakeAcs, type Mood } from './world.acs.ts';
import { functionOf } from './world.functions.ts';
import { People } from './world.people.ts';
import { HostQueues, type Message } from './world.queues.ts';
import { Reports } from './world.reports.ts';

/** What a caller asks for, again and again until it is answered. */
export type Call = 'submit' | 'cancel' | 'redrive' | 'redrive in doubt';

export interface Running {
  readonly job: Job;
  readonly process: number;
  readonly message?: Message;
  readonly call?: Call;
}

export interface ToldEvent {
  readonly event: BatchEvent;
  readonly redrives: number;
}

/** One batch, and all that happens around it: processes, queues, ACS, callers and the time. */
export class World {
  now = Date.parse('2026-01-15T08:30:00Z');
  readonly id = randomUUID();
  readonly storage = new MemoryStorage();
  readonly acs = new FakeAcs(() => this.now);
  readonly queues = new HostQueues(this.storage, () => this.now);
  readonly events: ToldEvent[] = [];
  running: Running[] = [];
  /** Calls that nobody has answered yet. */
  unanswered: Call[] = [];
  readonly answered: Call[] = [];
  readonly trace: string[] = [];
  /** Something went wrong that may leave a recipient in doubt. */
  hasTrouble = false;
  readonly request: SubmitSmsBatchRequest;
  /** Sees the storage as it is, without waiting. */
  readonly observer: BatchEngine;
  readonly people: People;
  readonly reports = new Reports(this.acs, this.queues, () => this.now);
  readonly #ratePerMinute: number;
  readonly #engines: BatchEngine[];

  constructor(request: Omit<SubmitSmsBatchRequest, 'from'>, numbers: readonly string[], ratePerMinute: number) {
    this.request = { ...request, from: FROM };
    this.#ratePerMinute = ratePerMinute;
    this.observer = this.#engine();
    this.people = new People(numbers, this.observer.optOuts);
    this.#engines = [this.#engine(), this.#engine()];
  }

  #engine(): BatchEngine {
    const storage = gatedStorage(this.storage);
    return createEngine({
      storage,
      optOuts: createOptOuts(storage.tables, () => this.now),
      settings: { ratesPerMinute: { [FROM]: this.#ratePerMinute }, repeatabilityWindowSeconds: 300 },
      now: () => this.now,
      acs: this.acs.session,
      tell: (event, { redrives }) => gated(`tell ${event}`, async () => void this.events.push({ event, redrives })),
    });
  }

  batch(): Promise<Batch | undefined> {
    return this.observer.batches.get(CLIENT, this.id);
  }

  say(text: string): void {
    this.trace.push(`${new Date(this.now).toISOString().slice(11, 19)} ${text}`);
  }

  /** Whoever is at work stands still in the meantime, and may be late for what they are about to do. */
  wait(seconds: number): void {
    this.now += seconds * 1000;
    if (this.running.length > 0) this.hasTrouble = true;
    this.say(`${seconds} seconds later`);
  }

  /** Begins a function in one of the two processes. */
  async begin(
    name: string,
    run: (engine: BatchEngine) => Promise<unknown>,
    more: Partial<Running> = {},
  ): Promise<void> {
    const process = this.trace.length % 2;
    const engine = this.#engines[process] ?? this.observer;
    this.say(`${name} begins`);
    const job = new Job(name, () => run(engine));
    const it = { job, process, ...more };
    this.running.push(it);
    await job.settle(() => this.waitingBeside(it) !== undefined);
    this.#reap();
  }

  sweep(): Promise<void> {
    return this.begin('sweep', sweepBatches);
  }

  call(call: Call): Promise<void> {
    const { id } = this;
    return this.begin(
      call,
      (engine) => {
        if (call === 'submit') return submitBatch(engine, { id, client: CLIENT, request: this.request });
        if (call === 'cancel') return cancelBatch(engine, CLIENT, id);
        return redriveBatch(engine, CLIENT, id, call === 'redrive in doubt');
      },
      { call },
    );
  }

  async deliver(message: Message): Promise<void> {
    this.queues.take(message);
    if (message.queue.endsWith('-poison')) this.hasTrouble = true;
    const { name, run } = functionOf(message);
    return this.begin(name, run, { message });
  }

  /** A recipient answers. */
  async answer(which: number, keyword: 'STOP' | 'START'): Promise<void> {
    const { numbers } = this.people;
    const number = numbers[which % numbers.length] ?? '';
    this.say(`${number} answers ${keyword}`);
    await this.people.answer(number, keyword, this.now);
  }

  /** Lets one call of a running function happen. */
  async step(which: number, fate: Fate, mood: Mood): Promise<void> {
    const it = this.running[which % this.running.length];
    if (!it) return;
    const next = it.job.calls[0]?.name ?? 'nothing';
    const isAcs = next === 'ACS';
    if (isAcs) this.acs.mood = mood;
    if ((isAcs ? mood : fate) !== (isAcs ? 'takes it' : 'works')) this.hasTrouble = true;
    this.say(`${it.job.name}: ${next} – ${isAcs ? mood : fate}`);
    await it.job.step(isAcs ? 'works' : fate, () => this.waitingBeside(it) !== undefined);
    this.#reap();
  }

  /** Another function of its process that stands before a call: it may be reading for both. */
  waitingBeside({ job, process }: Running): Running | undefined {
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
    this.#engines[process] = this.#engine();
    for (const { message, call } of dead) {
      if (message) this.queues.settle(message, 'death');
      if (call) this.unanswered.push(call);
    }
  }

  #reap(): void {
    const over = this.running.filter(({ job }) => job.isOver);
    this.running = this.running.filter(({ job }) => !job.isOver);
    for (const it of over) this.#close(it);
    this.queues.receive();
  }

  #close({ job: { name, error }, message, call }: Running): void {
    this.say(`${name} ends${error ? `: ${String(error)}` : ''}`);
    const isAnswer = call !== undefined && error instanceof SwitchboardError;
    if (error !== undefined && !isAnswer && !(error instanceof BrokenCall)) throw error;
    if (message) this.queues.settle(message, error ? 'error' : 'done');
    if (call && !error) this.answered.push(call);
    if (call && error && !isAnswer) this.unanswered.push(call);
  }
}
