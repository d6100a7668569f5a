/**
 * A simulated day by a fake clock: 2,400 emails, 100 an hour, that end sooner or later, or never, without any delivery
 * report. ACS enforces its quota of status reads for a custom domain; the timer runs every 30 seconds.
 */
import { v5 } from 'uuid';
import { outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { isFinal } from '../../../shared/email/email.ts';
import { createEmailContext } from '../../../shared/email/emailContext.ts';
import { pollEmails } from '../../../shared/email/pollEmails.ts';
import { submitEmail } from '../../../shared/email/submitEmail.ts';
import type { Queues } from '../../../shared/storage/queues.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { fakeSession, type SentRequest } from '../../unit/acs/fixtures.ts';

export const MAILS = 2400;
const MAILS_PER_HOUR = 100;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const TIMER = 30_000;
const LIMITS = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 60, readsPerHour: 200 };
const START = Date.parse('2026-01-15T00:00:00Z');
const NAMESPACE = '5b0e8c1e-2f0b-4b43-8a43-0c1f3f6c9d11';

interface Fate {
  readonly end: 'Succeeded' | 'Failed' | 'never';
  readonly seconds: number;
}

/** Of a hundred emails; most end within a minute, some take long, one fails and one never ends. */
function fateOf(index: number): Fate {
  const place = (index * 37) % 100;
  if (place === 0) return { end: 'never', seconds: 0 };
  if (place === 1) return { end: 'Failed', seconds: 30 };
  if (place < 4) return { end: 'Succeeded', seconds: 2700 };
  if (place < 8) return { end: 'Succeeded', seconds: 700 };
  if (place < 20) return { end: 'Succeeded', seconds: 200 };
  return { end: 'Succeeded', seconds: 10 + (place % 40) };
}

export interface DayHour {
  readonly sent: number;
  readonly reads: number;
  readonly busiestMinute: number;
  readonly ended: number;
  readonly open: number;
}

export interface Day {
  readonly hours: readonly DayHour[];
  readonly reads: readonly number[];
  /** Status reads that ACS refused. */
  readonly refused: number;
  /** Emails by the state in which they ended. */
  readonly states: Readonly<Record<string, number>>;
  /** Emails that have not ended. */
  readonly open: number;
  /** Emails whose outcome was not emitted exactly once. */
  readonly notEmittedOnce: number;
}

interface Clock {
  now: number;
}

/** ACS with its quotas in sliding windows. */
class QuotaAcs {
  readonly reads: number[] = [];
  refused = 0;
  readonly #sentOn = new Map<string, { readonly on: number; readonly fate: Fate }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  answer({ method, path, headers }: SentRequest): object {
    const { now } = this.#clock;
    if (method === 'POST') {
      const id = headers?.['operation-id'] ?? '';
      this.#sentOn.set(id, { on: now, fate: fateOf(this.#sentOn.size) });
      return { status: 202, body: { id, status: 'Running' }, headers: { 'retry-after': '60' } };
    }
    if (
      busiest(this.reads, now, MINUTE) >= LIMITS.readsPerMinute ||
      busiest(this.reads, now, HOUR) >= LIMITS.readsPerHour
    ) {
      this.refused += 1;
      throw new SwitchboardError('TooManyRequests', 'PerSubscription…LimitExceeded', { retryAfterSeconds: 60 });
    }
    this.reads.push(now);
    const id = path.split('/').at(-1) ?? '';
    const email = this.#sentOn.get(id);
    const isDone = email && email.fate.end !== 'never' && now - email.on >= email.fate.seconds * 1000;
    const error = email?.fate.end === 'Failed' ? { code: 'EmailDropped', message: 'Dropped.' } : null;
    return { status: 200, body: { id, status: isDone ? email.fate.end : 'Running', error } };
  }
}

/** Times within the window that ends now. */
function busiest(times: readonly number[], now: number, window: number): number {
  return times.length - (times.findLastIndex((time) => time <= now - window) + 1);
}

export async function simulateDay(): Promise<Day> {
  const clock: Clock = { now: START };
  const acs = new QuotaAcs(clock);
  const emitted = new Map<string, number>();
  const { blobs, tables, oldRows } = new MemoryStorage();
  const queues: Queues = {
    send: async (_, text) => {
      const { subject } = outcomeEvent.parse(JSON.parse(text));
      emitted.set(subject, (emitted.get(subject) ?? 0) + 1);
    },
  };
  const session = fakeSession((request) => acs.answer(request));
  const context = createEmailContext({
    storage: { blobs, tables, oldRows, queues },
    settings: { limits: { custom: LIMITS, managed: LIMITS } },
    now: () => clock.now,
    acs: () => session,
  });
  const ids: string[] = [];
  const hours: DayHour[] = [];
  const sendNext = async () => {
    const id = v5(String(ids.length), NAMESPACE);
    ids.push(id);
    const owner = { client: 'shop', subject: id, replyTo: undefined };
    await submitEmail(context, { id, message: MESSAGE, owner, session });
  };
  // Until the last email that never ends is a day old.
  for (let hour = 0; hour < 50; hour += 1) {
    const before = { sent: ids.length, reads: acs.reads.length, emitted: emitted.size };
    for (const end = clock.now + HOUR; clock.now < end; clock.now += TIMER) {
      while (ids.length < MAILS && ids.length * (HOUR / MAILS_PER_HOUR) <= clock.now - START) await sendNext();
      await pollEmails(context);
    }
    hours.push({
      sent: ids.length - before.sent,
      reads: acs.reads.length - before.reads,
      busiestMinute: busiestWindow(acs.reads.slice(before.reads), MINUTE),
      ended: emitted.size - before.emitted,
      open: ids.length - emitted.size,
    });
  }
  const stored = await Promise.all(ids.map((id) => context.emails.get(id)));
  const ended = stored.flatMap((it) => (it && isFinal(it) ? [it.state] : []));
  const counts = [...Map.groupBy(ended, (state) => state)];
  return {
    hours,
    reads: acs.reads,
    refused: acs.refused,
    states: Object.fromEntries(counts.map(([state, all]) => [state, all.length])),
    open: ids.length - ended.length,
    notEmittedOnce: ids.filter((id) => emitted.get(id) !== 1).length,
  };
}

const MESSAGE = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello', plainText: 'World' },
};

/** The most of these times that any window of this length holds. */
export function busiestWindow(times: readonly number[], window: number): number {
  let first = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while ((times[first] ?? time) <= time - window) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
