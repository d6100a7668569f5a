import { keepsReceipts, requireThread } from '../../chat/chatRules.ts';
import { writeReceipt } from '../../chat/chatWire.ts';
import { pageBySkip, writePage } from '../../chat/paging.ts';
import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/chat/threads/:threadId/readReceipts',
  service: 'chat',
  auth: 'chat',
  handle: (call, emulator) => {
    const thread = requireThread(call, emulator);
    const page = pageBySkip(call, keepsReceipts(thread) ? [...thread.receipts] : []);
    const path = `/chat/threads/${thread.id}/readReceipts`;
    return { status: 200, body: writePage(call, path, page, writeReceipt) };
  },
});
