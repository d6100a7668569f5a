import * as acs from '../../shared/acs/chat.ts';
import { chatMessagePage, listChatMessagesParams } from '../../shared/contract/chat.ts';
import { noBody } from '../../shared/contract/common.ts';
import { operation } from '../../shared/operation/define.ts';

/** Lists a thread's messages, newest first, a page at a time. */
export const listChatMessages = operation({
  name: 'listChatMessages',
  tag: 'Chat',
  summary: 'Lists a thread’s messages by page, newest first.',
  method: 'GET',
  route: 'chat/threads/{chatThreadId}/messages',
  queue: 'list-chat-messages',
  actsAsUser: true,
  request: { params: listChatMessagesParams, body: noBody },
  responses: { 200: chatMessagePage },
  run: async ({ params }, { acs: session, asUser }) => ({
    status: 200,
    body: await asUser((userToken) => acs.listChatMessages(session, userToken, params)),
  }),
});
