import * as acs from '../../shared/acs/chatMessages.ts';
import { chatMessageParams } from '../../shared/contract/chatMessages.ts';
import { operation } from '../../shared/operation/define.ts';

export const deleteChatMessage = operation({
  name: 'deleteChatMessage',
  tag: 'Chat',
  summary: 'Deletes a message that the acting user has sent.',
  http: { method: 'DELETE', route: 'chat/threads/{chatThreadId}/messages/{chatMessageId}' },
  queue: 'delete-chat-message',
  actsAsUser: true,
  params: chatMessageParams,
  responses: { 204: null },
  run: async ({ params }, context) => {
    const { acs: session, ids } = context;
    const isConfirmed = await context.asUser((userToken) =>
      acs.deleteChatMessage(session, userToken, params, ids.isDoubtful),
    );
    const id = `${params.chatThreadId}/${params.chatMessageId}`;
    return { status: 204, effect: isConfirmed ? { resource: { type: 'chatMessage', id } } : {} };
  },
});
