import * as acs from '../../shared/acs/email.ts';
import { noParams } from '../../shared/contract/common.ts';
import { emailMessage, emailOperation, MAXIMUM_EMAIL_BYTES } from '../../shared/contract/email.ts';
import { operation } from '../../shared/operation/operation.ts';

/** Hands a mail to ACS; where it stands is told by `getEmailOperation`. */
export const sendEmail = operation({
  name: 'sendEmail',
  method: 'POST',
  route: 'emails:send',
  queue: 'send-email',
  request: { params: noParams, body: emailMessage, bodyLimitBytes: MAXIMUM_EMAIL_BYTES },
  responses: { 202: emailOperation },
  sender: ({ senderAddress }) => ({ sender: senderAddress, target: 'senderAddress' }),
  run: async ({ body }, { acs: session, ids, callersId }) => {
    const operationId = callersId('operation-id') ?? ids.uuid('email');
    const { operation: state, operationLocation, retryAfterSeconds } = await acs.sendEmail(session, body, operationId);
    return {
      status: 202,
      headers: { 'operation-location': operationLocation, 'retry-after': retryAfterSeconds?.toString() },
      body: state,
    };
  },
});
