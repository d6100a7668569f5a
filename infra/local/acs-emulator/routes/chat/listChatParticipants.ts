import { requireThread } from '../../chat/chatRules.ts';
import { writeParticipant } from '../../chat/chatWire.ts';
import { pageBySkip, writePage } from '../../chat/paging.ts';
import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/chat/threads/:threadId/participants',
  service: 'chat',
  auth: 'chat',
  handle: (call, emulator) => {
    const thread = requireThread(call, emulator);
    const page = pageBySkip(call, [...thread.participants.values()]);
    const path = `/chat/threads/${thread.id}/participants`;
    return { status: 200, body: writePage(call, path, page, writeParticipant) };
  },
});
