import * as acs from '../../shared/acs/chatParticipants.ts';
import { chatThreadListParams } from '../../shared/contract/chat.ts';
import { chatParticipantPage } from '../../shared/contract/chatParticipants.ts';
import { operation } from '../../shared/operation/define.ts';

export const listChatParticipants = operation({
  name: 'listChatParticipants',
  tag: 'Chat',
  summary: 'Lists a thread’s participants by page.',
  http: { method: 'GET', route: 'chat/threads/{chatThreadId}/participants' },
  queue: 'list-chat-participants',
  actsAsUser: true,
  params: chatThreadListParams,
  responses: { 200: chatParticipantPage },
  run: async ({ params }, context) => ({
    status: 200,
    body: await context.asUser((userToken) => acs.listChatParticipants(context.acs, userToken, params)),
  }),
});
