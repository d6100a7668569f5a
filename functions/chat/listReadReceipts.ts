import * as acs from '../../shared/acs/chatMessages.ts';
import { chatThreadListParams } from '../../shared/contract/chat.ts';
import { readReceiptPage } from '../../shared/contract/chatMessages.ts';
import { operation } from '../../shared/operation/define.ts';

export const listReadReceipts = operation({
  name: 'listReadReceipts',
  tag: 'Chat',
  summary: 'Lists by page which message each participant of a thread has read last.',
  http: { method: 'GET', route: 'chat/threads/{chatThreadId}/readReceipts' },
  queue: 'list-read-receipts',
  actsAsUser: true,
  params: chatThreadListParams,
  responses: { 200: readReceiptPage },
  run: async ({ params }, context) => ({
    status: 200,
    body: await context.asUser((userToken) => acs.listReadReceipts(context.acs, userToken, params)),
  }),
});
