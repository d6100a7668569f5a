import { type EmailMessage, type EmailOperation, emailOperation } from '../contract/email.ts';
import { isRejectedWith, readRetryAfter } from './acsError.ts';
import type { AcsAnswer } from './request.ts';
import { segment } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';

export interface EmailStatus {
  readonly operation: EmailOperation;
  /** When to poll again; absent once the status is final. */
  readonly retryAfterSeconds: number | undefined;
}

/**
 * Submits an email message to ACS. One that ACS already has (409) counts as submitted.
 *
 * @param operationId a UUID, which ACS accepts only once
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
    if (!isRejectedWith(409, error)) throw error;
    return { operation: { id: operationId, status: 'Running' }, retryAfterSeconds: undefined };
  }
}

/** Returns ACS's status of an email message; undefined if ACS does not know it. ACS limits the number of status reads. */
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
    if (!isRejectedWith(404, error)) throw error;
    return undefined;
  }
}

function emailStatus(answer: AcsAnswer<unknown>): EmailStatus {
  return {
    operation: expectShape(emailOperation, answer).body,
    retryAfterSeconds: readRetryAfter(answer.header('retry-after')),
  };
}
