import type { Context } from '../../context.ts';
import { remainingMilliseconds, senderOf, statusOf } from '../../email/emailStore.ts';
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

/** Every read counts against the limits, also one that finds nothing. */
function getEmailOperation(call: Call, emulator: Context): Answer {
  const email = emulator.emails.find(param(call, 'id'));
  emulator.emailTraffic.admit('reads', email ? domainKind(senderOf(email)) : 'custom', emulator.now());
  if (!email) throw refusal(404, 'NotFound', 'The requested operation was not found.');
  const settle = emulator.emailSettleMilliseconds;
  const now = emulator.now();
  const status = statusOf(email, settle, now);
  const body = { id: email.id, status, error: null };
  if (status === 'Succeeded') return { status: 200, body };
  const retryAfterSeconds = Math.ceil(remainingMilliseconds(email, settle, now) / 1000);
  return { status: 200, headers: { 'retry-after': String(retryAfterSeconds) }, body };
}
