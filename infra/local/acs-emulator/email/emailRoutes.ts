import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import type { RouteResult } from '../http/response.ts';
import { type Call, defineRoutes, param } from '../http/route.ts';
import { acsError } from '../http/serviceError.ts';
import { domainKind } from '../quotas/emailQuotas.ts';
import { firstPollSeconds, operationOf } from './emailOutcome.ts';
import { type EmailRequest, readEmailRequest, readOperationId } from './emailRequest.ts';
import { senderOf } from './emailStore.ts';

export const emailRoutes = defineRoutes(
  { service: 'email', auth: 'accessKey' },
  {
    sendEmail: { method: 'POST', path: '/emails::send', handle: sendEmail },
    getEmailOperation: { method: 'GET', path: '/emails/operations/:id', handle: getEmailOperation },
  },
);

/** A known `Operation-Id` gets its first response again, and nothing is sent. */
function sendEmail(call: Call, context: Context): RouteResult {
  const request = readEmailRequest(call);
  const id = readOperationId(call) ?? randomUUID();
  const known = context.emails.find(id);
  if (known) repeat(known.id, context);
  else accept(id, request, context);
  return {
    status: 202,
    headers: {
      'operation-location': `${call.baseUrl}/emails/operations/${id}?api-version=${call.apiVersion}`,
      'retry-after': String(firstPollSeconds(context.emailSettleMilliseconds)),
    },
    body: { id, status: 'Running', error: null },
    isRepeat: known !== undefined,
  };
}

function repeat(id: string, { emailQuotas, record }: Context): void {
  emailQuotas.countRepeat();
  record({ store: 'email', type: 'repeated', id });
}

/** @throws ServiceError 429 when the quota for the sender's kind of domain is used up */
function accept(id: string, { content, addresses }: EmailRequest, context: Context): void {
  const now = context.now();
  context.emailQuotas.admit('sends', domainKind(senderOf({ content })), now);
  const at = now.getTime();
  const stamp = context.events.stamp(at + context.emailSettleMilliseconds);
  context.record({ store: 'email', type: 'accepted', id, at, content, addresses, ...stamp });
}

/** Every read counts against the limits, even if the operation does not exist. A failed operation is also a 200. */
function getEmailOperation(call: Call, context: Context): RouteResult {
  const email = context.emails.find(param(call, 'id'));
  const now = context.now();
  context.emailQuotas.admit('reads', email ? domainKind(senderOf(email)) : 'custom', now);
  const operation = email && operationOf(email, context.emailSettleMilliseconds, now);
  if (!operation) throw acsError(404, 'NotFound', 'The requested operation was not found.');
  const { status, error, retryAfterSeconds } = operation;
  return {
    status: 200,
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
    body: { id: email.id, status, error },
  };
}
