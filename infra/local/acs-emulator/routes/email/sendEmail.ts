import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { type EmailRequest, readEmailRequest, readOperationId } from '../../email/emailRequest.ts';
import { senderOf } from '../../email/emailStore.ts';
import { firstLookSeconds } from '../../email/operation.ts';
import { domainKind } from '../../email/traffic.ts';
import { type Answer, type Call, defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/emails::send',
  service: 'email',
  auth: 'accessKey',
  handle: sendEmail,
});

/** An `Operation-Id` that is known gets its first answer again, and nothing is sent. */
function sendEmail(call: Call, emulator: Context): Answer {
  const request = readEmailRequest(call);
  const id = readOperationId(call) ?? randomUUID();
  if (emulator.emails.find(id)) emulator.emailTraffic.countRepeat();
  else accept(id, request, emulator);
  return {
    status: 202,
    headers: {
      'operation-location': `${call.baseUrl}/emails/operations/${id}?api-version=${call.apiVersion}`,
      'retry-after': String(firstLookSeconds(emulator.emailSettleMilliseconds)),
    },
    body: { id, status: 'Running', error: null },
  };
}

/** @throws ServiceError 429 when the sender's kind of domain has no send left */
function accept(id: string, { content, addresses }: EmailRequest, emulator: Context): void {
  const now = emulator.now();
  emulator.emailTraffic.admit('sends', domainKind(senderOf({ content })), now);
  const at = now.getTime();
  emulator.record({
    store: 'email',
    type: 'accepted',
    id,
    at,
    content,
    addresses,
    ...emulator.events.stamp(at + emulator.emailSettleMilliseconds),
  });
}
