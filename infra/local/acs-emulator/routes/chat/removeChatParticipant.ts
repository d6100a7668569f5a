import { invalidChatRequest, requireThread } from '../../chat/chatRules.ts';
import { readIdentifier } from '../../chat/identifiers.ts';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute, readJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/chat/threads/:threadId/participants/::remove',
  service: 'chat',
  auth: 'chatParticipants',
  handle: removeChatParticipant,
});

/** The body is the bare identifier. Removing who is not in the thread is no error. */
function removeChatParticipant(call: Call, emulator: Context): Answer {
  const thread = requireThread(call, emulator);
  const rawId = readIdentifier(readJson(call, invalidChatRequest));
  if (thread.participants.has(rawId)) {
    emulator.record({
      store: 'chat',
      type: 'participantRemoved',
      threadId: thread.id,
      at: emulator.now().getTime(),
      by: call.userId,
      rawId,
    });
  }
  return { status: 204 };
}
