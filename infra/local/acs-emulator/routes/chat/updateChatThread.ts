import { invalidChatRequest, readMetadata, readRetentionPolicy, requireThread } from '../../chat/chatRules.ts';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute, readJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/chat/threads/:threadId',
  service: 'chat',
  auth: 'chatThreads',
  handle: updateChatThread,
});

function updateChatThread(call: Call, emulator: Context): Answer {
  const { id: threadId } = requireThread(call, emulator);
  const body = readJson(call, invalidChatRequest);
  const topic = body.optionalText('topic');
  if (topic === '') throw body.refuse('topic', 'The topic must not be empty.');
  const metadata = readMetadata(body);
  const retentionPolicy = readRetentionPolicy(body);
  emulator.record({
    store: 'chat',
    type: 'threadUpdated',
    threadId,
    at: emulator.now().getTime(),
    by: call.userId,
    ...(topic !== undefined && { topic }),
    ...(metadata && { metadata }),
    ...(retentionPolicy && { retentionPolicy }),
  });
  return { status: 204 };
}
