import { randomUUID } from 'node:crypto';
import type { SubmitSmsBatchRequest } from '../../../shared/contract/smsBatch.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import type { Batch, BatchEvent } from '../../../shared/smsbatch/batch.ts';
import { cancelBatch, redriveBatch } from '../../../shared/smsbatch/control.ts';
import { type BatchEngine, createEngine } from '../../../shared/smsbatch/engine.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { sweepBatches } from '../../../shared/smsbatch/sweep.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { BrokenCall, gated, gatedStorage, type Job } from '../../setup/gate.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { TEST_SECRET } from '../../setup/secrets.ts';
import { SteppedWorld } from '../../setup/steppedworld.ts';
import { CLIENT, clientsWith, FROM } from './fixtures.ts';
import { FakeAcs, type Mood } from './world.acs.ts';
import { functionOf } from './world.functions.ts';
import { People } from './world.people.ts';
import { HostQueues, type Message } from './world.queues.ts';
import { Reports } from './world.reports.ts';

/** What a caller asks for: again and again until it is answered, or once. */
export type Call = 'submit' | 'cancel' | 'redrive' | 'redrive in doubt';

/** What a function runs for. */
interface Errand {
  readonly message?: Message;
  readonly call?: Call;
}

export interface ToldEvent {
  readonly event: BatchEvent;
  readonly redrives: number;
}

/** One batch, and all that happens around it: processes, queues, ACS, callers and the time. */
export class World extends SteppedWorld<BatchEngine, Errand, Mood> {
  readonly id = randomUUID();
  readonly storage = new MemoryStorage();
  readonly acs = new FakeAcs(() => this.now);
  readonly queues = new HostQueues(this.storage, () => this.now);
  readonly events: ToldEvent[] = [];
  /** Calls that nobody has answered yet. */
  unanswered: Call[] = [];
  readonly answered: Call[] = [];
  /** Calls that failed, and that their callers do not repeat. */
  readonly abandoned: Call[] = [];
  readonly request: SubmitSmsBatchRequest;
  /** Sees the storage as it is, without waiting. */
  readonly observer: BatchEngine;
  readonly people: People;
  readonly reports = new Reports(this.acs, this.queues, () => this.now);
  /** Errors that a function has handled and logged, and that no broken call explains. */
  readonly unexplained: unknown[] = [];
  readonly #ratePerMinute: number;
  readonly #callersGiveUp: boolean;

  /** @param callersGiveUp callers never repeat a call that was not answered */
  constructor(
    request: Omit<SubmitSmsBatchRequest, 'from'>,
    numbers: readonly string[],
    ratePerMinute: number,
    callersGiveUp = false,
  ) {
    super('takes it');
    this.#callersGiveUp = callersGiveUp;
    this.request = { ...request, from: FROM };
    this.#ratePerMinute = ratePerMinute;
    this.observer = this.createEngine();
    this.people = new People(numbers, this.observer.optOuts);
  }

  protected override createEngine(): BatchEngine {
    const storage = gatedStorage(this.storage);
    return createEngine({
      secret: async () => TEST_SECRET,
      storage,
      clients: clientsWith(),
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

  protected override setMood(mood: Mood): void {
    this.acs.mood = mood;
    if (mood !== 'takes it') this.hasTrouble = true;
  }

  override begin(name: string, run: (engine: BatchEngine) => Promise<unknown>, errand: Errand): Promise<void> {
    const log = (_: string, error: unknown) => {
      if (!(error instanceof BrokenCall)) this.unexplained.push(error);
    };
    return super.begin(name, (engine) => withFailureLog(log, () => run(engine)), errand);
  }

  sweep(): Promise<void> {
    return this.begin('sweep', sweepBatches, {});
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

  protected override died({ message, call }: Errand): void {
    if (message) this.queues.settle(message, 'death');
    if (call) this.#fail(call);
  }

  #fail(call: Call): void {
    (this.#callersGiveUp ? this.abandoned : this.unanswered).push(call);
  }

  protected override reap(): void {
    super.reap();
    this.queues.receive();
  }

  protected override ended({ error }: Job, { message, call }: Errand): void {
    const isAnswer = call !== undefined && error instanceof SwitchboardError;
    if (error !== undefined && !isAnswer && !(error instanceof BrokenCall)) throw error;
    if (message) this.queues.settle(message, error ? 'error' : 'done');
    if (call && !error) this.answered.push(call);
    if (call && error && !isAnswer) this.#fail(call);
  }
}
