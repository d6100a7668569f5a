import { type EmailMessage, type EmailOperation, emailOperation } from '../contract/email.ts';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import { readRetryAfter } from './errors.ts';
import type { AcsAnswer } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';
import { rebase, segment } from './urls.ts';

export interface EmailStatus {
  readonly operation: EmailOperation;
  /** When to look again; absent once the state is final. */
  readonly retryAfterSeconds: number | undefined;
  /** Where Switchboard tells the status of the operation. */
  readonly operationLocation: string;
}

/**
 * Hands a mail to ACS.
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
    return emailStatus(acs, answer);
  } catch (error) {
    if (!(error instanceof SwitchboardError) || error.upstream?.status !== 409) throw error;
    return getEmailOperation(acs, operationId); // ACS has this mail already: look it up instead of sending it again
  }
}

export async function getEmailOperation(acs: AcsSession, operationId: string): Promise<EmailStatus> {
  const answer = await acs.send({
    service: 'email',
    method: 'GET',
    path: `/emails/operations/${segment(operationId)}`,
    repetition: 'harmless',
  });
  return emailStatus(acs, answer);
}

function emailStatus(acs: AcsSession, answer: AcsAnswer<unknown>): EmailStatus {
  const operation = expectShape(emailOperation, answer).body;
  const location =
    answer.header('operation-location') ??
    `/emails/operations/${segment(operation.id)}?api-version=${acs.apiVersions.email}`;
  return {
    operation,
    retryAfterSeconds: readRetryAfter(answer.header('retry-after')),
    operationLocation: rebase(location, acs.publicUrl),
  };
}
