import * as acs from '../../shared/acs/chatMessages.ts';
import { chatThreadParams } from '../../shared/contract/chat.ts';
import { sendChatMessageRequest, sendChatMessageResult } from '../../shared/contract/chatMessages.ts';
import { operation } from '../../shared/operation/define.ts';

export const sendChatMessage = operation({
  name: 'sendChatMessage',
  tag: 'Chat',
  summary: 'Sends a message to one of the acting user’s threads.',
  http: { method: 'POST', route: 'chat/threads/{chatThreadId}/messages', answerHeaders: ['Location'] },
  queue: 'send-chat-message',
  actsAsUser: true,
  repeatable: 'never', // ACS does not recognise a repeated message
  params: chatThreadParams,
  body: { schema: sendChatMessageRequest },
  responses: { 201: sendChatMessageResult },
  run: async ({ params, body }, context) => {
    const sent = await context.asUser((userToken) =>
      acs.sendChatMessage(context.acs, userToken, params.chatThreadId, body),
    );
    const id = `${params.chatThreadId}/${sent.body.id}`;
    return {
      status: 201,
      headers: { location: sent.location },
      body: sent.body,
      effect: { resource: { type: 'chatMessage', id } },
    };
  },
});
