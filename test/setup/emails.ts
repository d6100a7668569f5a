import type { Connection } from '../../infra/local/client/connection.ts';
import { type EmailOperationStatus, emailOperationStatus } from '../../shared/contract/email.ts';
import { eventually } from './eventually.ts';
import { call, type JsonAnswer } from './switchboard.ts';

/** Mails as a client has them. */

export const MAIL_SENDER = 'news@contoso.com';

export function mailTo(addresses: readonly string[], more: object = {}) {
  return {
    senderAddress: MAIL_SENDER,
    recipients: { to: addresses.map((address) => ({ address })) },
    content: { subject: 'Subject', plainText: 'Text' },
    ...more,
  };
}

export function sendMail(connection: Connection, body: unknown, key?: string): Promise<JsonAnswer> {
  const headers = key === undefined ? {} : { 'Idempotency-Key': key };
  return call(connection, { method: 'POST', target: '/emails:send', body, headers });
}

/** Sends what must be accepted; answers the operation's id. */
export async function sentMail(connection: Connection, body: unknown, key?: string): Promise<string> {
  const answer = await sendMail(connection, body, key);
  if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return emailOperationStatus.parse(answer.body).id;
}

export async function mailOf(connection: Connection, id: string): Promise<EmailOperationStatus> {
  const { status, body } = await call(connection, { method: 'GET', target: `/emails/operations/${id}` });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return emailOperationStatus.parse(body);
}

/** The mail once it is so; nobody but this test asks for it meanwhile, and asking changes nothing. */
export function mailThat(
  connection: Connection,
  id: string,
  isSo: (mail: EmailOperationStatus) => boolean,
  deadlineSeconds = 50,
): Promise<EmailOperationStatus> {
  const look = async () => {
    const mail = await mailOf(connection, id);
    return isSo(mail) ? mail : undefined;
  };
  return eventually(`mail ${id} is as expected`, look, deadlineSeconds);
}
