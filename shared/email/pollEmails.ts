import { getEmailOperation } from '../acs/email.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { logFailure } from '../telemetry/failureLog.ts';
import { DOMAIN_KINDS, type DomainKind, type Email, type Lane, nextStep } from './email.ts';
import type { EmailContext } from './emailContext.ts';
import type { Fact } from './merge.ts';
import { emitPending } from './outcome.ts';
import { recordFact } from './recordFact.ts';

/** Emails of a lane that are processed at the same time; bounds memory and connections. */
const AT_A_TIME = 8;

/** A run starts no work after this; work already started ends within ACS's deadline of 10 s. */
const RUN_MILLISECONDS = 8_000;

/** After so many failures of ACS in a row, polling stops until the next run. */
const MAXIMUM_FAILURES = 3;

/**
 * Does what is due, the longest due first: emits outcomes that a dead process left behind, deletes reports of emails
 * that Switchboard did not send, and polls ACS for the state of emails as often as its quota allows. It may die anywhere,
 * and several may run at once. An email that cannot be handled is logged and put off; the others are not affected.
 */
export async function pollEmails(context: EmailContext): Promise<void> {
  const endsOn = context.now() + RUN_MILLISECONDS;
  const lanes = await Promise.allSettled([
    drain(context, 'emit', endsOn, (email) => emitOrPostpone(context, email)),
    drain(context, 'delete', endsOn, (email) => context.emails.remove(email)),
    ...DOMAIN_KINDS.map((kind) => pollLane(context, kind, endsOn)),
  ]);
  const [first, ...others] = lanes.filter((it) => it.status === 'rejected');
  for (const { reason } of others) logFailure('Emails that are due cannot be listed', reason);
  if (first) throw first.reason;
}

/** Handles all emails of a lane that costs no status reads. */
async function drain(context: EmailContext, lane: Lane, endsOn: number, handle: (email: Email) => Promise<unknown>) {
  const next = dueEmails(context, lane);
  while (context.now() < endsOn) {
    const emails = await next();
    if (emails.length === 0) return;
    await Promise.all(emails.map((email) => isolated(email.id, () => handle(email))));
  }
}

/** @returns undefined when it failed */
async function isolated<Result>(id: string, handle: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await handle();
  } catch (error) {
    logUnhandled(id, error);
    return undefined;
  }
}

function logUnhandled(id: string, error: unknown): void {
  logFailure(`Email ${id} cannot be handled`, error);
}

async function emitOrPostpone(context: EmailContext, email: Email): Promise<void> {
  try {
    await emitPending(context, email);
  } catch (error) {
    logUnhandled(email.id, error); // before the next write, which may fail too
    await recordFact(context, email.id, { kind: 'notEmitted' });
  }
}

async function pollLane(context: EmailContext, kind: DomainKind, endsOn: number): Promise<void> {
  const next = dueEmails(context, kind);
  let failures = 0;
  while (context.now() < endsOn && failures < MAXIMUM_FAILURES) {
    const emails = await next();
    if (emails.length === 0) return;
    const { granted } = await context.readBudget.take([kind], emails.length);
    const results = await Promise.all(
      emails.slice(0, granted).map((email) => isolated(email.id, () => pollOrPostpone(context, email, kind))),
    );
    if (granted < emails.length || results.includes('throttled')) return;
    // A failure of ours with a single email is not counted: it does not mean that ACS fails.
    failures = results.includes('polled') ? 0 : failures + results.filter((it) => it === 'failed').length;
  }
}

/** Returns a lane a few emails at a time, each once; none at the last call. */
function dueEmails({ emails, now }: EmailContext, lane: Lane): () => Promise<Email[]> {
  let after: string | undefined;
  return async () => {
    for (;;) {
      const due = await emails.due(lane, now(), AT_A_TIME, after);
      if (due.length === 0) return [];
      after = due.at(-1)?.position;
      const stored = await Promise.all(due.map(({ id }) => isolated(id, () => emails.get(id))));
      const current = stored.flatMap((it) => (it && nextStep(it)?.lane === lane ? [it] : []));
      if (current.length > 0) return current; // otherwise other processes have handled all of them
    }
  };
}

async function pollOrPostpone(context: EmailContext, email: Email, kind: DomainKind): Promise<Poll | undefined> {
  try {
    return await poll(context, email, kind);
  } catch (error) {
    logUnhandled(email.id, error);
    await recordFact(context, email.id, { kind: 'unusable' });
    return undefined;
  }
}

type Poll = 'polled' | 'throttled' | 'failed';

async function poll(context: EmailContext, { id }: Email, kind: DomainKind): Promise<Poll> {
  try {
    const status = await getEmailOperation(context.acs(id), id);
    await recordFact(context, id, status ? { kind: 'polled', ...status } : { kind: 'notFound' });
    return 'polled';
  } catch (error) {
    if (!(error instanceof SwitchboardError)) throw error;
    const isThrottled = error.code === 'TooManyRequests';
    if (isThrottled) await context.readBudget.pause(kind, context.now() + (error.retryAfterSeconds ?? 0) * 1000);
    // A throttled email keeps its position in the lane: ACS returned nothing about it.
    else await recordFact(context, id, UNANSWERED);
    return isThrottled ? 'throttled' : 'failed';
  }
}

const UNANSWERED: Fact = { kind: 'unanswered' };
