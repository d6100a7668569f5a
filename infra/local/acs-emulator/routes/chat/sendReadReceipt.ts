import { invalidChatRequest, keepsReceipts, requireMessage, requireThread } from '../../chat/chatRules.ts';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute, readJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/chat/threads/:threadId/readReceipts',
  service: 'chat',
  auth: 'chat',
  handle: sendReadReceipt,
});

function sendReadReceipt(call: Call, emulator: Context): Answer {
  const thread = requireThread(call, emulator);
  const body = readJson(call, invalidChatRequest);
  const { id: messageId } = requireMessage(call, thread, body.text('chatMessageId'));
  if (keepsReceipts(thread)) {
    const at = emulator.now().getTime();
    emulator.record({ store: 'chat', type: 'messageRead', threadId: thread.id, at, by: call.userId, messageId });
  }
  return { status: 200 };
}
