import type { EmailOperationStatus } from '../contract/email.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { type Delivery, isOver, type Mail, type OwedOutcome, publicIdOf } from './emailRow.ts';
import type { EmailEngine } from './engine.ts';

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
      id: publicIdOf(mail),
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
  if ('recipient' in outcome) return { id: publicIdOf(mail), ...describe(outcome.recipient, outcome) };
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

export interface MailQuery {
  readonly client: string;
  readonly publicId: string;
  /** The id at ACS of what this client knows by that id. */
  readonly wireId: string;
}

/**
 * The status of a client's email, from its row. ACS is not asked: it also knows emails of others.
 *
 * @throws SwitchboardError `NotFound` for what has no row of this client
 */
export async function mailStatus(engine: EmailEngine, query: MailQuery): Promise<MailStatus> {
  const mail = (await findMail(engine, query.wireId)) ?? (await findMail(engine, query.publicId.toLowerCase()));
  if (mail?.owner?.client !== query.client || !isKnownBy(mail, query)) throw notFound();
  return describeMail(mail, engine.now());
}

async function findMail({ mails }: EmailEngine, id: string): Promise<Mail | undefined> {
  return (await mails.get(id))?.mail;
}

/** Rows of older versions have no public id: their key is the id that the client chose. */
function isKnownBy({ id, owner }: Mail, { wireId }: MailQuery): boolean {
  return id === wireId || owner?.publicId === undefined;
}

function notFound(): SwitchboardError {
  return new SwitchboardError('NotFound', 'There is no mail with this id.', { target: 'operationId' });
}
