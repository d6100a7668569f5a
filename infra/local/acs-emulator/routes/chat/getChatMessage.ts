import { requireMessage, requireThread } from '../../chat/chatRules.ts';
import { writeMessage } from '../../chat/chatWire.ts';
import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/chat/threads/:threadId/messages/:messageId',
  service: 'chat',
  auth: 'chat',
  handle: (call, emulator) => ({
    status: 200,
    body: writeMessage(requireMessage(call, requireThread(call, emulator))),
  }),
});
