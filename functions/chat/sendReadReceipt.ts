import * as acs from '../../shared/acs/chatMessages.ts';
import { chatThreadParams } from '../../shared/contract/chat.ts';
import { sendReadReceiptRequest } from '../../shared/contract/chatMessages.ts';
import { operation } from '../../shared/operation/define.ts';

export const sendReadReceipt = operation({
  name: 'sendReadReceipt',
  tag: 'Chat',
  summary: 'Marks the messages of a thread up to this one as read by the acting user.',
  http: { method: 'POST', route: 'chat/threads/{chatThreadId}/readReceipts' },
  queue: 'send-read-receipt',
  actsAsUser: true,
  params: chatThreadParams,
  body: { schema: sendReadReceiptRequest },
  responses: { 200: null },
  run: async ({ params, body }, context) => {
    const { chatThreadId: id } = params;
    await context.asUser((userToken) => acs.sendReadReceipt(context.acs, userToken, id, body));
    return { status: 200, effect: { resource: { type: 'chatThread', id } } };
  },
});
