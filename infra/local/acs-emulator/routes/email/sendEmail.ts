import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { readEmailRequest, readOperationId } from '../../email/emailRequest.ts';
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
  const { content, addresses } = readEmailRequest(call);
  const id = readOperationId(call) ?? randomUUID();
  if (!emulator.emails.find(id)) {
    emulator.record({ store: 'email', type: 'accepted', id, at: emulator.now().getTime(), content, addresses });
  }
  const retryAfterSeconds = Math.max(1, Math.ceil(emulator.emailSettleMilliseconds / 1000));
  return {
    status: 202,
    headers: {
      'operation-location': `${call.baseUrl}/emails/operations/${id}?api-version=${call.apiVersion}`,
      'retry-after': String(retryAfterSeconds),
    },
    body: { id, status: 'Running', error: null },
  };
}
