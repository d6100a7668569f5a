import { writeThreadItem } from '../../chat/chatWire.ts';
import { pageByPosition, startTime, writePage } from '../../chat/paging.ts';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/chat/threads',
  service: 'chat',
  auth: 'chat',
  handle: listChatThreads,
});

function listChatThreads(call: Call, emulator: Context): Answer {
  const from = startTime(call);
  const threads = emulator.chat
    .threadsOf(call.userId)
    .filter(({ createdOn, lastMessageReceivedOn }) => (lastMessageReceivedOn ?? createdOn) >= from)
    .reverse();
  const page = pageByPosition(call, threads, (thread) => thread.number);
  return { status: 200, body: writePage(call, '/chat/threads', page, writeThreadItem) };
}
