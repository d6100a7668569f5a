import { randomUUID } from 'node:crypto';
import type { EmailDeliveryReport } from '../../../shared/contract/deliveryReport.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createEmailEngine, type EmailEngine } from '../../../shared/email/engine.ts';
import { pollMails } from '../../../shared/email/poll.ts';
import { recordEmailReport } from '../../../shared/email/reports.ts';
import { sendMail } from '../../../shared/email/sendEmail.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { BrokenCall, gated, gatedStorage, type Job } from '../../setup/gate.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { SteppedWorld } from '../../setup/steppedworld.ts';
import { FakeAcs, type Mood, type Truth } from './world.acs.ts';

export const READS_PER_HOUR = 12;

/** @see Azure Functions, Flex Consumption: 30 minutes by default */
const LONGEST_FUNCTION_SECONDS = 1800;

const LIMITS = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 4, readsPerHour: READS_PER_HOUR };

/** What a caller or Event Grid asks for, again and again until it is answered. */
export type Wanted =
  | { readonly kind: 'send'; readonly id: string }
  | { readonly kind: 'report'; readonly report: EmailDeliveryReport };

/** Some mails, and all that happens around them: processes, ACS, callers, events and the time. */
export class World extends SteppedWorld<EmailEngine, Wanted | undefined, Mood> {
  readonly ids: readonly string[];
  readonly acs: FakeAcs;
  /** What was told: `<mail> <what>`. */
  readonly told: string[] = [];
  /** Nobody has been answered, or knows that they have, yet. */
  wanted: Wanted[] = [];
  /** Ids of mails that ACS refused for good. */
  readonly refused = new Set<string>();
  /** Sees the storage as it is, without waiting. */
  readonly observer: EmailEngine;
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

  protected override createEngine(): EmailEngine {
    return createEmailEngine({
      storage: gatedStorage(this.#storage),
      settings: { limits: { custom: LIMITS, managed: LIMITS } },
      now: () => this.now,
      acs: this.acs.session,
      tell: (mail, outcome) => gated('tell', async () => void this.told.push(`${mail.id} ${JSON.stringify(outcome)}`)),
    });
  }

  protected override setMood(mood: Mood): void {
    this.acs.mood = mood;
  }

  /** No function runs for longer than the platform lets it. */
  override wait(seconds: number): void {
    super.wait(this.running.length > 0 ? Math.min(seconds, LONGEST_FUNCTION_SECONDS) : seconds);
  }

  /** ACS sends out what it has to say of a mail. */
  report(which: number): void {
    const id = this.ids[which % this.ids.length] ?? '';
    this.wanted.push(...this.acs.reports(id).map((report): Wanted => ({ kind: 'report', report })));
  }

  override begin(
    name: string,
    run: (engine: EmailEngine) => Promise<unknown>,
    wanted: Wanted | undefined,
  ): Promise<void> {
    const log = (_: string, error: unknown) => {
      if (!isExplained(error)) this.#unexplained.push(error);
    };
    return super.begin(name, (engine) => withFailureLog(log, () => run(engine)), wanted);
  }

  poll(): Promise<void> {
    return this.begin('poll', pollMails, undefined);
  }

  /** Answers the next one that waits. */
  async serve(which: number): Promise<void> {
    const [wanted] = this.wanted.splice(which % Math.max(1, this.wanted.length), 1);
    if (!wanted) return;
    const run = (engine: EmailEngine) =>
      wanted.kind === 'send' ? this.#send(engine, wanted.id) : recordEmailReport(engine, wanted.report);
    await this.begin(wanted.kind, run, wanted);
  }

  #send(engine: EmailEngine, id: string): Promise<unknown> {
    const owner = { client: 'shop', subject: id, replyTo: undefined };
    const message = {
      senderAddress: 'news@contoso.com',
      recipients: { to: [{ address: 'anna@contoso.com' }] },
      content: { subject: 'Hello' },
    };
    return sendMail(engine, { id, message, owner, session: engine.acs(id) });
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
