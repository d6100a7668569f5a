import * as acs from '../acs/email.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { logFailure } from '../telemetry/failureLog.ts';
import { dueOf, type Lane, type Mail } from './emailRow.ts';
import type { EmailEngine } from './engine.ts';
import { learn, tellOwed } from './learn.ts';
import { DOMAIN_KINDS, type DomainKind } from './limits.ts';
import type { Fact } from './merge.ts';

/** Mails at a time, whatever has to happen to them: so much memory, and so many connections, and no more. */
const AT_A_TIME = 8;

/** One run begins nothing after this; what it has begun ends within ACS's deadline of 10 s. */
const RUN_MILLISECONDS = 8_000;

/** ACS that fails so often in a row is left alone until the next run. */
const MAXIMUM_FAILURES = 3;

/**
 * Does what is due, the longest due first: emits outcomes that a dead process left behind, deletes reports of emails
 * that Switchboard did not send, and polls ACS for the state of emails as often as its quota allows. It may die anywhere,
 * and several may run at once. An email that cannot be handled is logged and put off; the others are not affected.
 */
export async function pollMails(engine: EmailEngine): Promise<void> {
  const endsOn = engine.now() + RUN_MILLISECONDS;
  const lanes = await Promise.allSettled([
    drain(engine, 'tell', endsOn, (mail) => tellOrPutOff(engine, mail)),
    drain(engine, 'forget', endsOn, (mail) => engine.mails.remove(mail)),
    ...DOMAIN_KINDS.map((kind) => lookAfter(engine, kind, endsOn)),
  ]);
  const [first, ...others] = lanes.filter((it) => it.status === 'rejected');
  for (const { reason } of others) logFailure('Emails that are due cannot be listed', reason);
  if (first) throw first.reason;
}

/** Handles all emails of a lane that costs no status reads. */
async function drain(engine: EmailEngine, lane: Lane, endsOn: number, handle: (mail: Mail) => Promise<unknown>) {
  const next = dueMails(engine, lane);
  while (engine.now() < endsOn) {
    const mails = await next();
    if (mails.length === 0) return;
    await Promise.all(mails.map((mail) => isolated(mail.id, () => handle(mail))));
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

async function tellOrPutOff(engine: EmailEngine, mail: Mail): Promise<void> {
  try {
    await tellOwed(engine, mail, mail.owed);
  } catch (error) {
    logUnhandled(mail.id, error); // before the next write, which may fail too
    await learn(engine, mail.id, { kind: 'untold' });
  }
}

async function lookAfter(engine: EmailEngine, kind: DomainKind, endsOn: number): Promise<void> {
  const next = dueMails(engine, kind);
  let failures = 0;
  while (engine.now() < endsOn && failures < MAXIMUM_FAILURES) {
    const mails = await next();
    if (mails.length === 0) return;
    const { granted } = await engine.budget.take([kind], mails.length);
    const looks = await Promise.all(
      mails.slice(0, granted).map((mail) => isolated(mail.id, () => lookOrPutOff(engine, mail, kind))),
    );
    if (granted < mails.length || looks.includes('throttled')) return;
    // What one email alone is to blame for says nothing of ACS.
    failures = looks.includes('seen') ? 0 : failures + looks.filter((it) => it === 'failed').length;
  }
}

/** Hands out a lane a few mails at a time, each once; the last time none. */
function dueMails(engine: EmailEngine, lane: Lane): () => Promise<Mail[]> {
  let after: string | undefined;
  return async () => {
    for (;;) {
      const due = await engine.mails.due(lane, engine.now(), AT_A_TIME, after);
      if (due.length === 0) return [];
      after = due.at(-1)?.place;
      const stored = await Promise.all(due.map(({ id }) => isolated(id, () => engine.mails.get(id))));
      const mails = stored.flatMap((it) => (it && dueOf(it.mail)?.lane === lane ? [it.mail] : []));
      if (mails.length > 0) return mails; // else others have been faster with all of them
    }
  };
}

async function lookOrPutOff(engine: EmailEngine, mail: Mail, kind: DomainKind): Promise<Look | undefined> {
  try {
    return await look(engine, mail, kind);
  } catch (error) {
    logUnhandled(mail.id, error);
    await learn(engine, mail.id, { kind: 'unusable' });
    return undefined;
  }
}

type Look = 'seen' | 'throttled' | 'failed';

async function look(engine: EmailEngine, { id }: Mail, kind: DomainKind): Promise<Look> {
  try {
    const seen = await acs.getEmailOperation(engine.acs(id), id);
    await learn(engine, id, seen ? { kind: 'seen', ...seen } : { kind: 'absent' });
    return 'seen';
  } catch (error) {
    if (!(error instanceof SwitchboardError)) throw error;
    const isThrottled = error.code === 'TooManyRequests';
    if (isThrottled) await engine.budget.pause(kind, engine.now() + (error.retryAfterSeconds ?? 0) * 1000);
    // Throttled, it keeps its place in the lane: it was not looked at.
    else await learn(engine, id, UNANSWERED);
    return isThrottled ? 'throttled' : 'failed';
  }
}

const UNANSWERED: Fact = { kind: 'unanswered' };
