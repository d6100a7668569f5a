import * as acs from '../../shared/acs/chat.ts';
import { chatThreadParams } from '../../shared/contract/chat.ts';
import { operation } from '../../shared/operation/define.ts';

export const deleteChatThread = operation({
  name: 'deleteChatThread',
  tag: 'Chat',
  summary: 'Deletes a thread for all of its participants.',
  http: { method: 'DELETE', route: 'chat/threads/{chatThreadId}' },
  queue: 'delete-chat-thread',
  actsAsUser: true,
  params: chatThreadParams,
  responses: { 204: null },
  run: async ({ params }, context) => {
    const { acs: session, ids } = context;
    const id = params.chatThreadId;
    const isConfirmed = await context.asUser((userToken) =>
      acs.deleteChatThread(session, userToken, id, ids.isDoubtful),
    );
    return { status: 204, effect: isConfirmed ? { resource: { type: 'chatThread', id } } : {} };
  },
});
