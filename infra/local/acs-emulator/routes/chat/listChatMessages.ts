import { requireThread, visibleMessages } from '../../chat/chatRules.ts';
import { writeMessage } from '../../chat/chatWire.ts';
import { pageByPosition, startTime, writePage } from '../../chat/paging.ts';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/chat/threads/:threadId/messages',
  service: 'chat',
  auth: 'chat',
  handle: listChatMessages,
});

function listChatMessages(call: Call, emulator: Context): Answer {
  const thread = requireThread(call, emulator);
  const from = startTime(call);
  const messages = visibleMessages(thread, call.userId)
    .filter(({ createdOn }) => createdOn >= from)
    .reverse();
  const page = pageByPosition(call, messages, ({ sequence }) => sequence);
  return { status: 200, body: writePage(call, `/chat/threads/${thread.id}/messages`, page, writeMessage) };
}
