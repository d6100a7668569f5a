import * as acs from '../../shared/acs/chatParticipants.ts';
import { chatThreadParams } from '../../shared/contract/chat.ts';
import { addChatParticipantsRequest, addChatParticipantsResult } from '../../shared/contract/chatParticipants.ts';
import { operation } from '../../shared/operation/define.ts';

export const addChatParticipants = operation({
  name: 'addChatParticipants',
  tag: 'Chat',
  summary: 'Adds participants to a thread. The response lists those who could not be added.',
  http: { method: 'POST', route: 'chat/threads/{chatThreadId}/participants/:add' },
  queue: 'add-chat-participants',
  actsAsUser: true,
  params: chatThreadParams,
  body: { schema: addChatParticipantsRequest },
  responses: { 201: addChatParticipantsResult },
  run: async ({ params, body }, context) => {
    const id = params.chatThreadId;
    const result = await context.asUser((userToken) => acs.addChatParticipants(context.acs, userToken, id, body));
    return { status: 201, body: result, effect: { resource: { type: 'chatThread', id } } };
  },
});
