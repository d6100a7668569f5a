import * as acs from '../../shared/acs/chat.ts';
import { createChatThreadRequest, createChatThreadResult } from '../../shared/contract/chat.ts';
import { noParams } from '../../shared/contract/common.ts';
import { operation } from '../../shared/operation/define.ts';

/** Makes a thread; participants who cannot be added are named beside it, and it is a 201 all the same. */
export const createChatThread = operation({
  name: 'createChatThread',
  tag: 'Chat',
  summary: 'Creates a thread. The response lists participants who could not be added.',
  method: 'POST',
  route: 'chat/threads',
  queue: 'create-chat-thread',
  actsAsUser: true,
  request: { params: noParams, body: createChatThreadRequest },
  responses: { 201: createChatThreadResult },
  answerHeaders: ['Location'],
  idHeader: 'repeatability-request-id',
  run: async ({ body }, { acs: session, asUser, ids, callersId, wireId }) => {
    const requestId = callersId === undefined ? ids.uuid('thread') : await wireId('thread', callersId);
    const made = await asUser((userToken) => acs.createChatThread(session, userToken, body, requestId));
    const { id } = made.body.chatThread;
    return {
      status: 201,
      headers: { location: made.location },
      body: made.body,
      effect: { resource: { type: 'chatThread', id } },
    };
  },
});
