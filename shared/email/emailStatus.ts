import type { EmailOperationStatus } from '../contract/email.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { type Email, type EmailDelivery, isFinal, publicIdOf } from './email.ts';
import type { EmailContext } from './emailContext.ts';

export interface EmailStatus {
  readonly body: EmailOperationStatus;
  /** When to ask again; undefined once the status is final. */
  readonly retryAfterSeconds: number | undefined;
}

/** Bounds of the advised wait. A status request only reads a row, but the row changes no sooner than this. */
const SHORTEST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;

/** An email's status for its owner, in ACS's shape. */
export function emailStatus(email: Email, now: number): EmailStatus {
  const wait = Math.ceil((email.nextPollOn - now) / 1000);
  return {
    body: {
      id: publicIdOf(email),
      status: email.state === 'Sending' ? 'NotStarted' : email.state,
      error: errorOf(email),
      ...deliveriesOf(email),
    },
    retryAfterSeconds: isFinal(email)
      ? undefined
      : Math.min(Math.max(wait, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS),
  };
}

function errorOf({ state, error }: Email): EmailOperationStatus['error'] {
  if (state !== 'Unknown') return error ?? null;
  return { code: 'StatusUnknown', message: 'ACS reported no final status for this email within a day.' };
}

function deliveriesOf({ deliveries }: Email): Pick<EmailOperationStatus, 'deliveries'> {
  const entries = Object.entries(deliveries);
  return entries.length === 0 ? {} : { deliveries: entries.map(([recipient, it]) => describeDelivery(recipient, it)) };
}

export function describeDelivery(recipient: string, { status, details, attemptedOn }: EmailDelivery) {
  return { recipient, status, details, attemptedOn: new Date(attemptedOn).toISOString() };
}

export interface EmailQuery {
  readonly client: string;
  readonly publicId: string;
  /** The id at ACS of the email that this client knows by its public id. */
  readonly wireId: string;
}

/**
 * Returns the status of a client's email, from its row. ACS is not asked, because it also knows emails of other apps.
 *
 * @throws SwitchboardError `NotFound` if this client has no such email
 */
export async function findEmailStatus(
  { emails, now }: Pick<EmailContext, 'emails' | 'now'>,
  query: EmailQuery,
): Promise<EmailStatus> {
  const email = (await emails.get(query.wireId)) ?? (await emails.get(query.publicId.toLowerCase()));
  if (email?.owner?.client !== query.client || !isKnownBy(email, query)) throw notFound();
  return emailStatus(email, now());
}

/** Rows of older versions have no public id: their key is the id that the client chose. */
function isKnownBy({ id, owner }: Email, { wireId }: EmailQuery): boolean {
  return id === wireId || owner?.publicId === undefined;
}

function notFound(): SwitchboardError {
  return new SwitchboardError('NotFound', 'No email has this operation id.', { target: 'operationId' });
}
