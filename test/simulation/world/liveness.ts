import type { Simulation } from '../engine/types.ts';
import type { Action } from './actions.ts';
import type { Auditor } from './auditor.ts';
import { QUEUE_FUNCTIONS } from './functions.ts';
import type { History, Intent } from './history.ts';
import type { Installation } from './installation.ts';
import { finalEmailEvents, missingOutcomes } from './invariants/outcomes.ts';
import { readOutcomes } from './outcomes.ts';
import type { Workload } from './workload.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The share of a sender's rate that batches use. */
const PACED_SHARE = 0.9;

/**
 * What may hold up work that is due, once nothing fails any more: a message that a dead process holds is invisible for 10
 * minutes, and may be one of up to 5 tries that follow each other; a batch whose recovery kept failing is retried after up to 15
 * minutes; a pause that ACS asked for takes up to 4 minutes, ACS's window 5, the tries of a chunk 2.5; a claim 1, a sweep 0.5.
 */
const RECOVERY_MILLISECONDS = 45 * MINUTE;

/** Event Grid delivers within an hour; a message that fails is tried again for minutes. */
const EVENTS_MILLISECONDS = HOUR + RECOVERY_MILLISECONDS;

/**
 * An email whose recipient has reached the client's limit per day waits on the queue until the next day. ACS reports no end
 * of an email that it never got: a day later, its status is `Unknown`.
 */
const EMAIL_MILLISECONDS = 2 * 24 * HOUR + RECOVERY_MILLISECONDS;

/** When everything of a kind must have ended, in milliseconds after the last fault. */
export interface Bounds {
  readonly sms: number;
  readonly email: number;
}

export function boundsOf(installation: Installation, intents: Iterable<Intent>): Bounds {
  const recipients = new Map<string, number>();
  let emails = 0;
  for (const { kind, from, recipients: own } of intents) {
    if (kind === 'email') emails += 1;
    else recipients.set(from, (recipients.get(from) ?? 0) + own.length);
  }
  const sending = [...recipients].map(([from, count]) => count / ((installation.rates[from] ?? 1) * PACED_SHARE));
  const perHour = Math.min(...Object.values(installation.emailLimits).map(({ sendsPerHour }) => sendsPerHour));
  return {
    sms: Math.ceil(Math.max(0, ...sending) * MINUTE) + SCHEDULED_MILLISECONDS + EVENTS_MILLISECONDS,
    email: Math.ceil((emails / perHour) * HOUR) + EMAIL_MILLISECONDS,
  };
}

/** Batches of the workload are scheduled no further ahead, and their owners' last steps follow within as long again. */
const SCHEDULED_MILLISECONDS = 50 * MINUTE;

const CHECK_MILLISECONDS = 20_000;

export interface RestParts {
  readonly simulation: Simulation;
  readonly installation: Installation;
  readonly history: History;
  readonly workload: Workload;
  readonly auditor: Auditor;
  /** What clients, people and operators are still doing. */
  readonly unfinished: ReadonlySet<Action>;
}

/** Waits until nothing is left to do. Fails if that takes longer than the bounds allow. */
export async function comeToRest(parts: RestParts): Promise<void> {
  const { simulation, installation, history } = parts;
  const startedOn = simulation.now();
  const bounds = boundsOf(installation, history.intents.values());
  for (;;) {
    const left = await leftToDo(parts);
    if (left.sms.length === 0 && left.email.length === 0) return;
    const elapsed = simulation.now() - startedOn;
    if (left.sms.length > 0 && elapsed > bounds.sms) {
      simulation.fail('SMS messages and events end in time', { elapsed, bound: bounds.sms, left: left.sms });
    }
    if (elapsed > bounds.email)
      simulation.fail('emails end in time', { elapsed, bound: bounds.email, left: left.email });
    await simulation.sleep(left.sms.length > 0 ? CHECK_MILLISECONDS : 10 * CHECK_MILLISECONDS);
  }
}

interface Left {
  readonly sms: readonly object[];
  readonly email: readonly object[];
}

async function leftToDo(parts: RestParts): Promise<Left> {
  const { simulation, installation, history, workload } = parts;
  readOutcomes(simulation, history, installation.clients);
  const busy = QUEUE_FUNCTIONS.flatMap(({ queue }) =>
    simulation.account
      .messages(queue)
      .map(({ id, visibleOn, text }) => ({ queue, id, visibleOn, isEmail: isEmail(queue, text) })),
  );
  const missing = missingOutcomes(history, workload.expected);
  const isEmailOutcome = ({ operation }: { operation: string }) => operation === 'sendEmail';
  const email: object[] = [
    ...busy.filter((it) => it.isEmail),
    ...missing.filter(isEmailOutcome),
    ...openEmails(history),
  ];
  const sms: object[] = [...busy.filter((it) => !it.isEmail), ...missing.filter((it) => !isEmailOutcome(it))];
  sms.push(...parts.unfinished);
  if (sms.length === 0) sms.push(...(await runningBatches(parts)));
  return { sms, email };
}

function isEmail(queue: string, text: string): boolean {
  return queue === 'send-email' || Buffer.from(text, 'base64').includes('EmailDeliveryReport');
}

/** Emails that ACS has accepted and whose end has not been reported. */
function openEmails({ emailSubjects, events }: History): object[] {
  const ended = finalEmailEvents(events);
  return [...emailSubjects].filter((subject) => !ended.has(subject)).map((subject) => ({ email: subject }));
}

async function runningBatches({ auditor, installation, history }: RestParts): Promise<object[]> {
  const running: object[] = [];
  for (const { name } of installation.clients) {
    for (const [id, state] of await auditor.states(name)) {
      if (!['completed', 'canceled', 'failed'].includes(state)) running.push({ batch: id, state });
    }
  }
  const ended = new Set(
    history.events.flatMap(({ type, subject }) =>
      /smsBatch\.(?:completed|canceled|failed)$/.test(type) ? [subject] : [],
    ),
  );
  for (const id of history.batches.keys()) if (!ended.has(id)) running.push({ batch: id, event: 'missing' });
  return running;
}
