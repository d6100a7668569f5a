import * as acs from '../../shared/acs/chat.ts';
import { chatThreadPage, listChatThreadsParams } from '../../shared/contract/chat.ts';
import { operation } from '../../shared/operation/define.ts';

export const listChatThreads = operation({
  name: 'listChatThreads',
  tag: 'Chat',
  summary: 'Lists the acting user’s threads by page.',
  http: { method: 'GET', route: 'chat/threads' },
  queue: 'list-chat-threads',
  actsAsUser: true,
  params: listChatThreadsParams,
  responses: { 200: chatThreadPage },
  run: async ({ params }, context) => ({
    status: 200,
    body: await context.asUser((userToken) => acs.listChatThreads(context.acs, userToken, params)),
  }),
});
