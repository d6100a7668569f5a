import { randomUUID } from 'node:crypto';
import type { EmailDeliveryReport } from '../../../shared/contract/acsEvent.ts';
import { type OutcomeEvent, outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createEmailContext, type EmailContext } from '../../../shared/email/emailContext.ts';
import { pollEmails } from '../../../shared/email/pollEmails.ts';
import { recordEmailReport } from '../../../shared/email/recordFact.ts';
import { submitEmail } from '../../../shared/email/submitEmail.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { BrokenCall, gatedStorage, type Job, SteppedWorld } from '../../setup/steppedWorld.ts';
import { FakeAcs, type Mood, type Truth } from './world.acs.ts';

export const READS_PER_HOUR = 12;

/** @see Azure Functions, Flex Consumption: 30 minutes by default */
const LONGEST_FUNCTION_SECONDS = 1800;

const LIMITS = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 4, readsPerHour: READS_PER_HOUR };

/** A request of a caller or of Event Grid, repeated until it is answered. */
export type Wanted =
  | { readonly kind: 'send'; readonly id: string }
  | { readonly kind: 'report'; readonly report: EmailDeliveryReport };

/** Some emails and everything around them: processes, ACS, callers, events and the clock. */
export class World extends SteppedWorld<EmailContext, Wanted | undefined, Mood> {
  readonly ids: readonly string[];
  readonly acs: FakeAcs;
  /** Requests without an answer so far, also those whose answer was lost. */
  wanted: Wanted[] = [];
  /** Ids of emails that ACS refused permanently. */
  readonly refused = new Set<string>();
  /** Reads storage directly, without waiting for a turn. */
  readonly observer: EmailContext;
  /** Errors that a function has handled and logged, and that no broken call explains. */
  readonly #unexplained: unknown[] = [];
  readonly #storage = new MemoryStorage();

  constructor(truths: readonly Truth[]) {
    super('answers');
    this.ids = truths.map(() => randomUUID());
    const truthOf = (id: string) => truths[this.ids.indexOf(id)] ?? NO_TRUTH;
    this.acs = new FakeAcs(truthOf, () => this.now);
    this.observer = this.createEngine();
    this.wanted = this.ids.map((id) => ({ kind: 'send', id }));
  }

  protected override createEngine(): EmailContext {
    return createEmailContext({
      storage: gatedStorage(this.#storage),
      settings: { limits: { custom: LIMITS, managed: LIMITS } },
      now: () => this.now,
      acs: this.acs.session,
    });
  }

  /** The outcome events emitted so far, repetitions included. */
  get emitted(): readonly OutcomeEvent[] {
    return this.#storage.messages('outcomes').map((it) => outcomeEvent.parse(it));
  }

  protected override setMood(mood: Mood): void {
    this.acs.mood = mood;
  }

  /** No function runs for longer than the platform allows. */
  override wait(seconds: number): void {
    super.wait(this.running.length > 0 ? Math.min(seconds, LONGEST_FUNCTION_SECONDS) : seconds);
  }

  /** ACS sends its delivery reports of an email. */
  report(which: number): void {
    const id = this.ids[which % this.ids.length] ?? '';
    this.wanted.push(...this.acs.reports(id).map((report): Wanted => ({ kind: 'report', report })));
  }

  override begin(
    name: string,
    run: (context: EmailContext) => Promise<unknown>,
    wanted: Wanted | undefined,
  ): Promise<void> {
    const log = (_: string, error: unknown) => {
      if (!isExplained(error)) this.#unexplained.push(error);
    };
    return super.begin(name, (context) => withFailureLog(log, () => run(context)), wanted);
  }

  poll(): Promise<void> {
    return this.begin('poll', pollEmails, undefined);
  }

  /** Handles one of the open requests. */
  async serve(which: number): Promise<void> {
    const [wanted] = this.wanted.splice(which % Math.max(1, this.wanted.length), 1);
    if (!wanted) return;
    const run = (context: EmailContext) =>
      wanted.kind === 'send' ? this.#send(context, wanted.id) : recordEmailReport(context, wanted.report);
    await this.begin(wanted.kind, run, wanted);
  }

  #send(context: EmailContext, id: string): Promise<unknown> {
    const owner = { client: 'shop', subject: id, replyTo: undefined };
    const message = {
      senderAddress: 'news@contoso.com',
      recipients: { to: [{ address: 'anna@contoso.com' }] },
      content: { subject: 'Hello' },
    };
    return submitEmail(context, { id, message, owner, session: context.acs(id) });
  }

  protected override died(wanted: Wanted | undefined): void {
    if (wanted) this.wanted.push(wanted);
  }

  protected override ended({ error }: Job, wanted: Wanted | undefined): void {
    const isAnswer = error instanceof SwitchboardError;
    const [logged] = this.#unexplained;
    if (logged !== undefined) throw logged;
    if (error !== undefined && !isAnswer && !isExplained(error)) throw error;
    if (isAnswer && error.code === 'UpstreamRejected' && wanted?.kind === 'send') this.refused.add(wanted.id);
    else if (error !== undefined && wanted) this.wanted.push(wanted);
  }
}

/** Calls that the test made fail. */
function isExplained(error: unknown): boolean {
  return error instanceof BrokenCall || (error instanceof AggregateError && error.errors.every(isExplained));
}

const NO_TRUTH: Truth = { end: 'stuck', endsAfterSeconds: 0, absentSeconds: 0, reports: [] };
