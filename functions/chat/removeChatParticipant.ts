import * as acs from '../../shared/acs/chatParticipants.ts';
import { chatThreadParams } from '../../shared/contract/chat.ts';
import { communicationIdentifier } from '../../shared/contract/identifier.ts';
import { operation } from '../../shared/operation/define.ts';

export const removeChatParticipant = operation({
  name: 'removeChatParticipant',
  tag: 'Chat',
  summary: 'Removes a participant from a thread. The body is the participant’s identifier.',
  http: { method: 'POST', route: 'chat/threads/{chatThreadId}/participants/:remove' },
  queue: 'remove-chat-participant',
  actsAsUser: true,
  params: chatThreadParams,
  body: { schema: communicationIdentifier },
  responses: { 204: null },
  run: async ({ params, body }, context) => {
    const { acs: session, ids } = context;
    const id = params.chatThreadId;
    const isConfirmed = await context.asUser((userToken) =>
      acs.removeChatParticipant(session, userToken, id, body, ids.isDoubtful),
    );
    return { status: 204, effect: isConfirmed ? { resource: { type: 'chatThread', id } } : {} };
  },
});
