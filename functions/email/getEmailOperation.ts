import { noBody } from '../../shared/contract/common.ts';
import { emailOperationParams, emailOperationStatus } from '../../shared/contract/email.ts';
import { findEmailStatus } from '../../shared/email/emailStatus.ts';
import { operation } from '../../shared/operation/define.ts';

/** Returns the status of an email that the calling client sent. A failed email is a 200 with `status: "Failed"`. */
export const getEmailOperation = operation({
  name: 'getEmailOperation',
  tag: 'Email',
  summary: 'Returns an email message’s status. A failed message is a 200 with the status Failed.',
  method: 'GET',
  route: 'emails/operations/{operationId}',
  request: { params: emailOperationParams, body: noBody },
  responses: { 200: emailOperationStatus },
  answerHeaders: ['Retry-After'],
  isLocal: true,
  run: async ({ params }, { emails, client, wireId }) => {
    const { operationId: publicId } = params;
    const query = { client, publicId, wireId: await wireId('email', publicId) };
    const { body, retryAfterSeconds } = await findEmailStatus(emails, query);
    return { status: 200, headers: { 'retry-after': retryAfterSeconds?.toString() }, body };
  },
});
