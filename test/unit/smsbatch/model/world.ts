import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { NO_AUDIT } from '../../../../shared/audit/auditRecorder.ts';
import type { SubmitSmsBatchRequest } from '../../../../shared/contract/smsBatch.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { createOptOuts } from '../../../../shared/optouts/optOuts.ts';
import type { Batch, BatchEvent } from '../../../../shared/smsbatch/batch.ts';
import { type BatchContext, createBatchContext } from '../../../../shared/smsbatch/batchContext.ts';
import { cancelBatch } from '../../../../shared/smsbatch/cancellation.ts';
import { redriveBatch } from '../../../../shared/smsbatch/redrive.ts';
import { submitBatch } from '../../../../shared/smsbatch/submit.ts';
import { recoverAbandonedBatches } from '../../../../shared/smsbatch/sweep.ts';
import { withFailureLog } from '../../../../shared/telemetry/failureLog.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { MemoryStorage } from '../../../setup/memoryStorage.ts';
import { BrokenCall, gatedStorage, type Job, SteppedWorld } from '../../../setup/steppedWorld.ts';
import { CLIENT, clientsWith, emitted, eventId, FROM } from '../fixtures.ts';
import { FakeAcs, type Mood } from './fakeAcs.ts';
import { HostQueues, type Message } from './hostQueues.ts';
import { People } from './people.ts';
import { functionOf } from './queueFunctions.ts';
import { Reports } from './reports.ts';

/** A caller's request, repeated until it is answered, or made once. */
export type Call = 'submit' | 'cancel' | 'redrive' | 'redrive in doubt';

const EVENTS = ['accepted', 'completed', 'reported', 'canceled', 'failed'] as const;

/** Why a function runs. */
interface Errand {
  readonly message?: Message;
  readonly call?: Call;
}

export interface EmittedEvent {
  readonly event: BatchEvent;
  readonly redrives: number;
}

/** One batch and its surroundings: processes, queues, ACS, callers and time. */
export class World extends SteppedWorld<BatchContext, Errand, Mood> {
  readonly id = randomUUID();
  readonly storage = new MemoryStorage();
  readonly acs = new FakeAcs(() => this.now);
  readonly queues = new HostQueues(this.storage, () => this.now);
  /** Calls without an answer so far. */
  unanswered: Call[] = [];
  readonly answered: Call[] = [];
  /** Calls that failed, and that their callers do not repeat. */
  readonly abandoned: Call[] = [];
  readonly request: SubmitSmsBatchRequest;
  /** Sees the storage as it is, without waiting. */
  readonly observer: BatchContext;
  readonly people: People;
  readonly reports = new Reports(this.acs, this.queues, () => this.now);
  /** Errors that a function has handled and logged, and that no broken call explains. */
  readonly unexplained: unknown[] = [];
  readonly #ratePerMinute: number;
  readonly #callersGiveUp: boolean;

  /** @param callersGiveUp callers never repeat an unanswered call */
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

  protected override createEngine(): BatchContext {
    const storage = gatedStorage(this.storage);
    return createBatchContext({
      secret: async () => TEST_SECRET,
      storage,
      clients: clientsWith(),
      optOuts: createOptOuts(storage.tables, () => this.now),
      settings: { ratesPerMinute: { [FROM]: this.#ratePerMinute }, repeatabilityWindowSeconds: 300 },
      now: () => this.now,
      acs: this.acs.session,
      audit: NO_AUDIT,
    });
  }

  /** The emitted events. Their ids show after how many redrives they happened. */
  async events(batch: Batch): Promise<EmittedEvent[]> {
    const known = new Map<string | undefined, EmittedEvent>();
    for (let redrives = 0; redrives <= batch.redrives; redrives += 1) {
      for (const event of EVENTS) known.set(await eventId(batch, event, redrives), { event, redrives });
    }
    return emitted(this.storage).map(({ id }) => known.get(id) ?? expect.fail(`an event has the unknown id ${id}`));
  }

  batch(): Promise<Batch | undefined> {
    return this.observer.batches.get(CLIENT, this.id);
  }

  protected override setMood(mood: Mood): void {
    this.acs.mood = mood;
    if (mood !== 'takes it') this.hasTrouble = true;
  }

  override begin(name: string, run: (engine: BatchContext) => Promise<unknown>, errand: Errand): Promise<void> {
    const log = (_: string, error: unknown) => {
      if (!(error instanceof BrokenCall)) this.unexplained.push(error);
    };
    return super.begin(name, (engine) => withFailureLog(log, () => run(engine)), errand);
  }

  sweep(): Promise<void> {
    return this.begin('sweep', recoverAbandonedBatches, {});
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
