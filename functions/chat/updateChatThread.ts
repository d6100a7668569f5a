import * as acs from '../../shared/acs/chat.ts';
import { chatThreadParams, updateChatThreadRequest } from '../../shared/contract/chat.ts';
import { operation } from '../../shared/operation/define.ts';

export const updateChatThread = operation({
  name: 'updateChatThread',
  tag: 'Chat',
  summary:
    'Changes the topic, the metadata or the retention policy of a thread. What the request does not mention remains.',
  http: { method: 'PATCH', route: 'chat/threads/{chatThreadId}' },
  queue: 'update-chat-thread',
  actsAsUser: true,
  params: chatThreadParams,
  body: { schema: updateChatThreadRequest },
  responses: { 204: null },
  run: async ({ params, body }, context) => {
    const id = params.chatThreadId;
    await context.asUser((userToken) => acs.updateChatThread(context.acs, userToken, id, body));
    return { status: 204, effect: { resource: { type: 'chatThread', id } } };
  },
});
