import { requireThread } from '../../chat/chatRules.ts';
import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/chat/threads/:threadId',
  service: 'chat',
  auth: 'chatThreads',
  handle: (call, emulator) => {
    const { id: threadId } = requireThread(call, emulator);
    const at = emulator.now().getTime();
    emulator.record({ store: 'chat', type: 'threadDeleted', threadId, at, by: call.userId });
    return { status: 204 };
  },
});
