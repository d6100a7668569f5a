import {
  checkMessageSize,
  invalidChatRequest,
  readMetadata,
  requireOwnMessage,
  requireThread,
} from '../../chat/chatRules.ts';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute, readJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/chat/threads/:threadId/messages/:messageId',
  service: 'chat',
  auth: 'chat',
  handle: updateChatMessage,
});

function updateChatMessage(call: Call, emulator: Context): Answer {
  const thread = requireThread(call, emulator);
  const { id: messageId } = requireOwnMessage(call, thread);
  const body = readJson(call, invalidChatRequest);
  const content = body.optionalText('content');
  if (content === '') throw body.refuse('content', 'The content must not be empty.');
  checkMessageSize(content ?? '');
  const metadata = readMetadata(body);
  emulator.record({
    store: 'chat',
    type: 'messageUpdated',
    threadId: thread.id,
    at: emulator.now().getTime(),
    by: call.userId,
    messageId,
    ...(content !== undefined && { content }),
    ...(metadata && { metadata }),
  });
  return { status: 204 };
}
