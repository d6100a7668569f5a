import * as acs from '../../shared/acs/chatMessages.ts';
import { chatMessage, chatMessageParams } from '../../shared/contract/chatMessages.ts';
import { operation } from '../../shared/operation/define.ts';

export const getChatMessage = operation({
  name: 'getChatMessage',
  tag: 'Chat',
  summary: 'Returns a message of a thread. A deleted message has `deletedOn` and empty content.',
  http: { method: 'GET', route: 'chat/threads/{chatThreadId}/messages/{chatMessageId}' },
  queue: 'get-chat-message',
  actsAsUser: true,
  params: chatMessageParams,
  responses: { 200: chatMessage },
  run: async ({ params }, context) => ({
    status: 200,
    body: await context.asUser((userToken) => acs.getChatMessage(context.acs, userToken, params)),
  }),
});
