import * as acs from '../../shared/acs/chat.ts';
import { chatThread, chatThreadParams } from '../../shared/contract/chat.ts';
import { operation } from '../../shared/operation/define.ts';

export const getChatThread = operation({
  name: 'getChatThread',
  tag: 'Chat',
  summary: 'Returns a thread of the acting user.',
  http: { method: 'GET', route: 'chat/threads/{chatThreadId}' },
  queue: 'get-chat-thread',
  actsAsUser: true,
  params: chatThreadParams,
  responses: { 200: chatThread },
  run: async ({ params }, context) => ({
    status: 200,
    body: await context.asUser((userToken) => acs.getChatThread(context.acs, userToken, params.chatThreadId)),
  }),
});
