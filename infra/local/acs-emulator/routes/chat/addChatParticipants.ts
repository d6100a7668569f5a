import { invalidChatRequest, requireThread } from '../../chat/chatRules.ts';
import { checkThreadSize, readParticipants } from '../../chat/participants.ts';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute, readJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/chat/threads/:threadId/participants/::add',
  service: 'chat',
  auth: 'chatParticipants',
  handle: addChatParticipants,
});

/** Who is in the thread already stays as they are. */
function addChatParticipants(call: Call, emulator: Context): Answer {
  const thread = requireThread(call, emulator);
  const body = readJson(call, invalidChatRequest);
  const { participants, invalidParticipants } = readParticipants(body, emulator);
  const added = participants.filter(({ rawId }) => !thread.participants.has(rawId));
  checkThreadSize(new Set([...thread.participants.keys(), ...added.map(({ rawId }) => rawId)]));
  if (added.length > 0) {
    emulator.record({
      store: 'chat',
      type: 'participantsAdded',
      threadId: thread.id,
      at: emulator.now().getTime(),
      by: call.userId,
      participants: added,
    });
  }
  return { status: 201, body: invalidParticipants.length > 0 ? { invalidParticipants } : {} };
}
