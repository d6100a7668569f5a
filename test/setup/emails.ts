import type { Connection } from '../../infra/local/client/connection.ts';
import { type EmailOperationStatus, emailOperationStatus } from '../../shared/contract/email.ts';
import { eventually } from './eventually.ts';
import { call, type JsonAnswer } from './switchboard.ts';

/** Emails as a client sends and polls them. */

export const EMAIL_SENDER = 'news@contoso.com';

export function emailTo(addresses: readonly string[], more: object = {}) {
  return {
    senderAddress: EMAIL_SENDER,
    recipients: { to: addresses.map((address) => ({ address })) },
    content: { subject: 'Subject', plainText: 'Text' },
    ...more,
  };
}

export function postEmail(connection: Connection, body: unknown, key?: string): Promise<JsonAnswer> {
  const headers = key === undefined ? {} : { 'Idempotency-Key': key };
  return call(connection, { method: 'POST', target: '/emails:send', body, headers });
}

/** Sends an email that must be accepted. @returns the operation id */
export async function acceptedEmail(connection: Connection, body: unknown, key?: string): Promise<string> {
  const answer = await postEmail(connection, body, key);
  if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return emailOperationStatus.parse(answer.body).id;
}

export async function emailStatusOf(connection: Connection, id: string): Promise<EmailOperationStatus> {
  const { status, body } = await call(connection, { method: 'GET', target: `/emails/operations/${id}` });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return emailOperationStatus.parse(body);
}

/** The status of an email once it is as expected. Only this test asks for it, and requests do not change it. */
export function emailStatusWhen(
  connection: Connection,
  id: string,
  isExpected: (status: EmailOperationStatus) => boolean,
  deadlineSeconds = 50,
): Promise<EmailOperationStatus> {
  const poll = async () => {
    const status = await emailStatusOf(connection, id);
    return isExpected(status) ? status : undefined;
  };
  return eventually(`email ${id} is as expected`, poll, deadlineSeconds);
}
