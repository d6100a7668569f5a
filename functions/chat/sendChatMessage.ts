import * as acs from '../../shared/acs/chat.ts';
import { chatThreadParams, sendChatMessageRequest, sendChatMessageResult } from '../../shared/contract/chat.ts';
import { operation } from '../../shared/operation/define.ts';

/** Sends a message to a thread of the acting user. */
export const sendChatMessage = operation({
  name: 'sendChatMessage',
  tag: 'Chat',
  summary: 'Sends a message to one of the acting user’s threads.',
  method: 'POST',
  route: 'chat/threads/{chatThreadId}/messages',
  queue: 'send-chat-message',
  actsAsUser: true,
  repeatable: 'never', // ACS does not recognise a repeated message
  request: { params: chatThreadParams, body: sendChatMessageRequest },
  responses: { 201: sendChatMessageResult },
  answerHeaders: ['Location'],
  run: async ({ params, body }, { acs: session, asUser }) => {
    const made = await asUser((userToken) => acs.sendChatMessage(session, userToken, params.chatThreadId, body));
    const id = `${params.chatThreadId}/${made.body.id}`;
    return {
      status: 201,
      headers: { location: made.location },
      body: made.body,
      effect: { resource: { type: 'chatMessage', id } },
    };
  },
});
