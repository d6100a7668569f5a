import { requireOwnMessage, requireThread } from '../../chat/chatRules.ts';
import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/chat/threads/:threadId/messages/:messageId',
  service: 'chat',
  auth: 'chat',
  handle: (call, emulator) => {
    const thread = requireThread(call, emulator);
    const { id: messageId } = requireOwnMessage(call, thread);
    const at = emulator.now().getTime();
    emulator.record({ store: 'chat', type: 'messageDeleted', threadId: thread.id, at, by: call.userId, messageId });
    return { status: 204 };
  },
});
