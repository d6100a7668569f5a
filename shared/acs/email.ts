import { type EmailMessage, type EmailOperation, emailOperation } from '../contract/email.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { readRetryAfter } from './errors.ts';
import type { AcsAnswer } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';
import { segment } from './urls.ts';

export interface EmailStatus {
  readonly operation: EmailOperation;
  /** When to look again; absent once the state is final. */
  readonly retryAfterSeconds: number | undefined;
}

/**
 * Hands a mail to ACS. One that ACS has already (409) counts as handed over.
 *
 * @param operationId a UUID that names the mail: ACS takes the same id only once
 */
export async function sendEmail(acs: AcsSession, message: EmailMessage, operationId: string): Promise<EmailStatus> {
  try {
    const answer = await acs.send({
      service: 'email',
      method: 'POST',
      path: '/emails:send',
      headers: { 'operation-id': operationId },
      body: message,
      repetition: 'recognised',
    });
    return emailStatus(answer);
  } catch (error) {
    if (!hasUpstreamStatus(error, 409)) throw error;
    return { operation: { id: operationId, status: 'Running' }, retryAfterSeconds: undefined };
  }
}

/** What ACS says of a mail; undefined when it does not know it. A status read: ACS allows few of them. */
export async function getEmailOperation(acs: AcsSession, operationId: string): Promise<EmailStatus | undefined> {
  try {
    const answer = await acs.send({
      service: 'email',
      method: 'GET',
      path: `/emails/operations/${segment(operationId)}`,
      route: '/emails/operations/{operationId}',
      repetition: 'harmless',
      isCounted: true,
    });
    return emailStatus(answer);
  } catch (error) {
    if (!hasUpstreamStatus(error, 404)) throw error;
    return undefined;
  }
}

function hasUpstreamStatus(error: unknown, status: number): boolean {
  return error instanceof SwitchboardError && error.upstream?.status === status;
}

function emailStatus(answer: AcsAnswer<unknown>): EmailStatus {
  return {
    operation: expectShape(emailOperation, answer).body,
    retryAfterSeconds: readRetryAfter(answer.header('retry-after')),
  };
}
