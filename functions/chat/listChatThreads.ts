import * as acs from '../../shared/acs/chat.ts';
import { chatThreadPage, listChatThreadsParams } from '../../shared/contract/chat.ts';
import { noBody } from '../../shared/contract/common.ts';
import { operation } from '../../shared/operation/define.ts';

/** Lists the acting user's threads, a page at a time. */
export const listChatThreads = operation({
  name: 'listChatThreads',
  tag: 'Chat',
  summary: 'Lists the acting user’s threads by page.',
  method: 'GET',
  route: 'chat/threads',
  queue: 'list-chat-threads',
  actsAsUser: true,
  request: { params: listChatThreadsParams, body: noBody },
  responses: { 200: chatThreadPage },
  run: async ({ params }, { acs: session, asUser }) => ({
    status: 200,
    body: await asUser((userToken) => acs.listChatThreads(session, userToken, params)),
  }),
});
