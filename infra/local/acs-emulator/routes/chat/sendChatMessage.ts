import { checkMessageSize, invalidChatRequest, readMetadata, requireThread } from '../../chat/chatRules.ts';
import type { Context } from '../../context.ts';
import type { Fields } from '../../http/fields.ts';
import { type Answer, type Call, defineRoute, readJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/chat/threads/:threadId/messages',
  service: 'chat',
  auth: 'chat',
  handle: sendChatMessage,
});

function sendChatMessage(call: Call, emulator: Context): Answer {
  const thread = requireThread(call, emulator);
  const body = readJson(call, invalidChatRequest);
  const content = body.text('content');
  if (content === '') throw body.refuse('content', 'The content must not be empty.');
  checkMessageSize(content);
  const senderDisplayName = body.optionalText('senderDisplayName');
  const metadata = readMetadata(body);
  emulator.record({
    store: 'chat',
    type: 'messageSent',
    threadId: thread.id,
    at: emulator.now().getTime(),
    by: call.userId,
    messageType: readType(body),
    content,
    ...(senderDisplayName !== undefined && { senderDisplayName }),
    ...(metadata && { metadata }),
  });
  const id = thread.messages.at(-1)?.id;
  const location = `${call.baseUrl}/chat/threads/${encodeURIComponent(thread.id)}/messages/${id}`;
  return { status: 201, headers: { location }, body: { id } };
}

function readType(body: Fields): 'text' | 'html' {
  const type = body.optionalText('type') ?? 'text';
  if (type === 'text' || type === 'html') return type;
  throw body.refuse('type', 'The type of a message must be text or html.');
}
