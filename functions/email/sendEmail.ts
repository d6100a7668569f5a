import { noParams } from '../../shared/contract/common.ts';
import {
  type EmailMessage,
  emailMessage,
  emailOperationStatus,
  MAXIMUM_EMAIL_BYTES,
} from '../../shared/contract/email.ts';
import { operation } from '../../shared/operation/define.ts';

export const sendEmail = operation({
  name: 'sendEmail',
  tag: 'Email',
  summary: 'Sends an email message and tracks it until its final status.',
  http: {
    method: 'POST',
    route: 'emails:send',
    answerHeaders: ['Operation-Location', 'Retry-After'],
    idHeader: 'operation-id',
  },
  queue: 'send-email',
  params: noParams,
  body: {
    schema: emailMessage,
    limitBytes: MAXIMUM_EMAIL_BYTES,
    notNull: ['displayName'], // @see https://github.com/Azure/azure-sdk-for-python/issues/31935
  },
  permissions: {
    sender: ({ body }) => ({ sender: body.senderAddress, target: 'senderAddress' }),
    destinations: ({ body }) => recipientsOf(body),
  },
  responses: { 202: emailOperationStatus },
  isFollowed: true,
  isSending: true,
  run: async ({ body: message }, context) => {
    const { acs: session, emails, client, reference, ids, callersId, publicUrl } = context;
    const recipients = recipientsOf(message).map(({ recipient }) => recipient.toLowerCase());
    await context.charge({ channel: 'email', recipients, isTogether: true });
    const publicId = (callersId ?? ids.uuid('email')).toLowerCase();
    const id = await context.wireId('email', publicId);
    const owner = { client, publicId, subject: reference.subject ?? publicId, replyTo: reference.replyTo };
    const { submitEmail } = await import('../../shared/email/submitEmail.ts');
    const { body, retryAfterSeconds } = await submitEmail(emails, { id, message, owner, session });
    return {
      status: 202,
      headers: {
        'operation-location': `${publicUrl}/emails/operations/${publicId}?api-version=${session.apiVersions.email}`,
        'retry-after': retryAfterSeconds?.toString(),
      },
      body,
      effect: {
        resource: { type: 'email', id: publicId },
        recipients: { accepted: recipientsOf(message).length, refused: 0 },
      },
    };
  },
});

function recipientsOf({ recipients }: EmailMessage) {
  return (['to', 'cc', 'bcc'] as const).flatMap((kind) =>
    (recipients[kind] ?? []).map(({ address }, index) => ({
      recipient: address,
      target: `recipients.${kind}[${index}].address`,
    })),
  );
}
