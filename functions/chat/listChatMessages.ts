import * as acs from '../../shared/acs/chatMessages.ts';
import { chatMessagePage, listChatMessagesParams } from '../../shared/contract/chatMessages.ts';
import { operation } from '../../shared/operation/define.ts';

export const listChatMessages = operation({
  name: 'listChatMessages',
  tag: 'Chat',
  summary: 'Lists a thread’s messages by page, newest first.',
  http: { method: 'GET', route: 'chat/threads/{chatThreadId}/messages' },
  queue: 'list-chat-messages',
  actsAsUser: true,
  params: listChatMessagesParams,
  responses: { 200: chatMessagePage },
  run: async ({ params }, context) => ({
    status: 200,
    body: await context.asUser((userToken) => acs.listChatMessages(context.acs, userToken, params)),
  }),
});
