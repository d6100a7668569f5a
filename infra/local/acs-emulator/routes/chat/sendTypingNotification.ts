import { invalidChatRequest, requireThread } from '../../chat/chatRules.ts';
import { defineRoute, readJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/chat/threads/:threadId/typing',
  service: 'chat',
  auth: 'chat',
  handle: (call, emulator) => {
    requireThread(call, emulator);
    readJson(call, invalidChatRequest).optionalText('senderDisplayName');
    return { status: 200 };
  },
});
