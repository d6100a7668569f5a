import { randomUUID } from 'node:crypto';
import type { EmailDeliveryReport } from '../../../shared/contract/deliveryreport.ts';
import { SwitchboardError } from '../../../shared/contract/switchboarderror.ts';
import { createEmailEngine, type EmailEngine } from '../../../shared/emailstatus/engine.ts';
import { pollMails } from '../../../shared/emailstatus/poll.ts';
import { recordEmailReport } from '../../../shared/emailstatus/reports.ts';
import { sendMail } from '../../../shared/emailstatus/send.ts';
import { BrokenCall, type Fate, gated, gatedStorage, Job } from '../../setup/gate.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { FakeAcs, type Mood, type Truth } from './world.acs.ts';

export const READS_PER_HOUR = 12;

/** @see Azure Functions, Flex Consumption: 30 minutes by default */
const LONGEST_FUNCTION_SECONDS = 1800;

const LIMITS = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 4, readsPerHour: READS_PER_HOUR };

/** What a caller or Event Grid asks for, again and again until it is answered. */
export type Wanted =
  | { readonly kind: 'send'; readonly id: string }
  | { readonly kind: 'report'; readonly report: EmailDeliveryReport };

interface Running {
  readonly job: Job;
  readonly process: number;
  readonly wanted?: Wanted;
}

/** Some mails, and all that happens around them: processes, ACS, callers, events and the time. */
export class World {
  now = Date.parse('2026-01-15T08:30:00Z');
  readonly ids: readonly string[];
  readonly acs: FakeAcs;
  /** What was told: `<mail> <what>`. */
  readonly told: string[] = [];
  /** Nobody has been answered, or knows that they have, yet. */
  wanted: Wanted[] = [];
  /** Ids of mails that ACS refused for good. */
  readonly refused = new Set<string>();
  running: Running[] = [];
  /** Something died or failed between telling and noting it. */
  hasTrouble: boolean = false;
  readonly trace: string[] = [];
  /** Sees the storage as it is, without waiting. */
  readonly observer: EmailEngine;
  readonly #storage = new MemoryStorage();
  readonly #engines: EmailEngine[];

  constructor(truths: readonly Truth[]) {
    this.ids = truths.map(() => randomUUID());
    const truthOf = (id: string) => truths[this.ids.indexOf(id)] ?? NO_TRUTH;
    this.acs = new FakeAcs(truthOf, () => this.now);
    this.observer = this.#engine();
    this.#engines = [this.#engine(), this.#engine()];
    this.wanted = this.ids.map((id) => ({ kind: 'send', id }));
  }

  #engine(): EmailEngine {
    return createEmailEngine({
      storage: gatedStorage(this.#storage),
      settings: { limits: { custom: LIMITS, managed: LIMITS } },
      now: () => this.now,
      acs: this.acs.session,
      tell: (mail, outcome) => gated('tell', async () => void this.told.push(`${mail.id} ${JSON.stringify(outcome)}`)),
    });
  }

  say(text: string): void {
    this.trace.push(`${new Date(this.now).toISOString().slice(8, 19)} ${text}`);
  }

  /** Whoever is at work stands still in the meantime; no function runs for longer than the platform lets it. */
  wait(wanted: number): void {
    const seconds = this.running.length > 0 ? Math.min(wanted, LONGEST_FUNCTION_SECONDS) : wanted;
    this.now += seconds * 1000;
    if (this.running.length > 0) this.hasTrouble = true;
    this.say(`${seconds} seconds later`);
  }

  /** ACS sends out what it has to say of a mail. */
  report(which: number): void {
    const id = this.ids[which % this.ids.length] ?? '';
    this.wanted.push(...this.acs.reports(id).map((report): Wanted => ({ kind: 'report', report })));
  }

  poll(): Promise<void> {
    return this.#begin('poll', pollMails);
  }

  /** Answers the next one that waits. */
  async serve(which: number): Promise<void> {
    const [wanted] = this.wanted.splice(which % Math.max(1, this.wanted.length), 1);
    if (!wanted) return;
    const run = (engine: EmailEngine) =>
      wanted.kind === 'send' ? this.#send(engine, wanted.id) : recordEmailReport(engine, wanted.report);
    await this.#begin(wanted.kind, run, wanted);
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

  async #begin(name: string, run: (engine: EmailEngine) => Promise<unknown>, wanted?: Wanted): Promise<void> {
    const process = this.trace.length % 2;
    const engine = this.#engines[process] ?? this.observer;
    this.say(`${name} begins in process ${process}`);
    const it = { job: new Job(name, () => run(engine)), process, ...(wanted ? { wanted } : {}) };
    this.running.push(it);
    await it.job.settle(() => this.besides(it) !== undefined);
    this.#reap();
  }

  async step(which: number, fate: Fate, mood: Mood): Promise<void> {
    const it = this.running[which % this.running.length];
    if (!it) return;
    const next = it.job.calls[0]?.name ?? 'nothing';
    const isAcs = next === 'ACS';
    if (isAcs) this.acs.mood = mood;
    if (!isAcs && fate !== 'works') this.hasTrouble = true;
    this.say(`${it.job.name}: ${next} – ${isAcs ? mood : fate}`);
    await it.job.step(isAcs ? 'works' : fate, () => this.besides(it) !== undefined);
    this.#reap();
  }

  /** Another one of its process that stands before a call: it may be reading for both. */
  besides({ job, process }: Running): Running | undefined {
    return this.running.find((it) => it.process === process && it.job !== job && it.job.calls.length > 0);
  }

  die(which: number): void {
    const victim = this.running[which % Math.max(1, this.running.length)];
    if (!victim) return;
    this.hasTrouble = true;
    const { process } = victim;
    const dead = this.running.filter((it) => it.process === process);
    this.say(`process ${process} dies with ${dead.map(({ job }) => job.name).join(', ')}`);
    this.running = this.running.filter((it) => it.process !== process);
    this.#engines[process] = this.#engine();
    this.wanted.push(...dead.flatMap(({ wanted }) => wanted ?? []));
  }

  #reap(): void {
    const over = this.running.filter(({ job }) => job.isOver);
    this.running = this.running.filter(({ job }) => !job.isOver);
    for (const it of over) this.#close(it);
  }

  #close({ job: { name, error }, wanted }: Running): void {
    this.say(`${name} ends${error ? `: ${String(error)}` : ''}`);
    const isAnswer = error instanceof SwitchboardError;
    if (error !== undefined && !isAnswer && !(error instanceof BrokenCall)) throw error;
    if (isAnswer && error.code === 'UpstreamRejected' && wanted?.kind === 'send') this.refused.add(wanted.id);
    else if (error !== undefined && wanted) this.wanted.push(wanted);
  }
}

const NO_TRUTH: Truth = { end: 'stuck', endsAfterSeconds: 0, absentSeconds: 0, reports: [] };
