import * as acs from '../acs/email.ts';
import type { AcsSession } from '../acs/session.ts';
import type { EmailOperation, EmailOperationStatus } from '../contract/email.ts';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import type { EmailEngine } from './engine.ts';
import { DOMAIN_KINDS } from './limits.ts';
import { type Delivery, isOver, type Mail, type OwedOutcome } from './mail.ts';
import { noReadsLeft } from './send.ts';

export interface MailStatus {
  readonly body: EmailOperationStatus;
  /** When to look again; undefined once nothing changes any more. */
  readonly retryAfterSeconds: number | undefined;
}

/** Asking costs nothing but a row: sooner is of no use, later would keep somebody waiting. */
const SOONEST_SECONDS = 5;
const LATEST_SECONDS = 60;

/** A mail as its owner sees it, in ACS's shape. */
export function describeMail(mail: Mail, now: number): MailStatus {
  const wait = Math.ceil((mail.nextLookOn - now) / 1000);
  return {
    body: {
      id: mail.id,
      status: mail.state === 'Sending' ? 'NotStarted' : mail.state,
      error: errorOf(mail),
      ...deliveriesOf(mail),
    },
    retryAfterSeconds: isOver(mail) ? undefined : Math.min(Math.max(wait, SOONEST_SECONDS), LATEST_SECONDS),
  };
}

function errorOf({ state, error }: Mail): EmailOperationStatus['error'] {
  if (state !== 'Unknown') return error ?? null;
  return { code: 'StatusUnknown', message: 'ACS has not told within a day what became of this mail.' };
}

/** What an outcome event says of a mail. */
export function outcomeData(mail: Mail, outcome: OwedOutcome): object {
  if ('recipient' in outcome) return { id: mail.id, ...describe(outcome.recipient, outcome) };
  const { body } = describeMail(mail, 0);
  return { id: body.id, status: body.status, ...(body.error ? { error: body.error } : {}) };
}

function deliveriesOf({ deliveries }: Mail): Pick<EmailOperationStatus, 'deliveries'> {
  const entries = Object.entries(deliveries);
  return entries.length === 0 ? {} : { deliveries: entries.map(([recipient, it]) => describe(recipient, it)) };
}

function describe(recipient: string, { status, details, attemptedOn }: Delivery) {
  return { recipient, status, details, attemptedOn: new Date(attemptedOn).toISOString() };
}

/**
 * Where a mail of a client stands, by its row. One that Switchboard has no row of is asked for at ACS.
 *
 * @throws SwitchboardError `NotFound`, also when it is another client's; `TooManyRequests` when ACS may not be asked now
 */
export async function mailStatus(
  engine: EmailEngine,
  session: AcsSession,
  client: string,
  operationId: string,
): Promise<MailStatus> {
  const id = operationId.toLowerCase();
  const mail = (await engine.mails.get(id))?.mail;
  if (!mail?.owner) return askAcs(engine, session, id);
  if (mail.owner.client !== client) throw notFound();
  return describeMail(mail, engine.now());
}

/** Nobody knows which kind of domain sent it: the read counts for each. */
async function askAcs(engine: EmailEngine, session: AcsSession, id: string): Promise<MailStatus> {
  const { granted, nextOn } = await engine.budget.take(DOMAIN_KINDS, 1);
  if (granted === 0) throw noReadsLeft(nextOn - engine.now());
  const seen = await acs.getEmailOperation(session, id);
  if (!seen) throw notFound();
  return { body: ownShape(seen.operation), retryAfterSeconds: seen.retryAfterSeconds };
}

function ownShape({ id, status, error, ...rest }: EmailOperation): EmailOperationStatus {
  return { ...rest, id, status, error: error ?? null };
}

function notFound(): SwitchboardError {
  return new SwitchboardError('NotFound', 'There is no mail with this id.', { target: 'operationId' });
}
