import type { Context } from '../../context.ts';
import { senderOf } from '../../email/emailStore.ts';
import { operationOf } from '../../email/operation.ts';
import { domainKind } from '../../email/traffic.ts';
import { refusal } from '../../http/errors.ts';
import { type Answer, type Call, defineRoute, param } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/emails/operations/:id',
  service: 'email',
  auth: 'accessKey',
  handle: getEmailOperation,
});

/** Every read counts against the limits, also one that finds nothing. A send that failed is read with 200, too. */
function getEmailOperation(call: Call, emulator: Context): Answer {
  const email = emulator.emails.find(param(call, 'id'));
  const now = emulator.now();
  emulator.emailTraffic.admit('reads', email ? domainKind(senderOf(email)) : 'custom', now);
  const operation = email && operationOf(email, emulator.emailSettleMilliseconds, now);
  if (!operation) throw refusal(404, 'NotFound', 'The requested operation was not found.');
  const { status, error, retryAfterSeconds } = operation;
  return {
    status: 200,
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
    body: { id: email.id, status, error },
  };
}
