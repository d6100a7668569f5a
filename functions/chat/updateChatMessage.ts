import * as acs from '../../shared/acs/chatMessages.ts';
import { chatMessageParams, updateChatMessageRequest } from '../../shared/contract/chatMessages.ts';
import { operation } from '../../shared/operation/define.ts';

export const updateChatMessage = operation({
  name: 'updateChatMessage',
  tag: 'Chat',
  summary: 'Edits a message that the acting user has sent.',
  http: { method: 'PATCH', route: 'chat/threads/{chatThreadId}/messages/{chatMessageId}' },
  queue: 'update-chat-message',
  actsAsUser: true,
  params: chatMessageParams,
  body: { schema: updateChatMessageRequest },
  responses: { 204: null },
  run: async ({ params, body }, context) => {
    await context.asUser((userToken) => acs.updateChatMessage(context.acs, userToken, params, body));
    const id = `${params.chatThreadId}/${params.chatMessageId}`;
    return { status: 204, effect: { resource: { type: 'chatMessage', id } } };
  },
});
