import { requireThread } from '../../chat/chatRules.ts';
import { writeThread } from '../../chat/chatWire.ts';
import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/chat/threads/:threadId',
  service: 'chat',
  auth: 'chat',
  handle: (call, emulator) => ({ status: 200, body: writeThread(requireThread(call, emulator)) }),
});
