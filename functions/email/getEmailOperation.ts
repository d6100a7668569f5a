import { emailOperationParams, emailOperationStatus } from '../../shared/contract/email.ts';
import { operation } from '../../shared/operation/define.ts';

export const getEmailOperation = operation({
  name: 'getEmailOperation',
  tag: 'Email',
  summary: 'Returns an email message’s status. If sending failed, that is a 200 with the status Failed.',
  http: { method: 'GET', route: 'emails/operations/{operationId}', answerHeaders: ['Retry-After'] },
  params: emailOperationParams,
  responses: { 200: emailOperationStatus },
  isLocal: true,
  run: async ({ params }, context) => {
    const { findEmailStatus } = await import('../../shared/email/emailStatus.ts');
    const { operationId: publicId } = params;
    const query = { client: context.client, publicId, wireId: await context.wireId('email', publicId) };
    const { body, retryAfterSeconds } = await findEmailStatus(context.emails, query);
    return { status: 200, headers: { 'retry-after': retryAfterSeconds?.toString() }, body };
  },
});
