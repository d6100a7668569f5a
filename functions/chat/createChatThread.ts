import * as acs from '../../shared/acs/chat.ts';
import { createChatThreadRequest, createChatThreadResult } from '../../shared/contract/chat.ts';
import { noParams } from '../../shared/contract/common.ts';
import { operation } from '../../shared/operation/define.ts';

export const createChatThread = operation({
  name: 'createChatThread',
  tag: 'Chat',
  summary: 'Creates a thread. The response lists participants who could not be added.',
  http: { method: 'POST', route: 'chat/threads', answerHeaders: ['Location'], idHeader: 'repeatability-request-id' },
  queue: 'create-chat-thread',
  actsAsUser: true,
  params: noParams,
  body: { schema: createChatThreadRequest },
  responses: { 201: createChatThreadResult },
  run: async ({ body }, context) => {
    const { acs: session, ids, callersId } = context;
    const requestId = callersId === undefined ? ids.uuid('thread') : await context.wireId('thread', callersId);
    const created = await context.asUser((userToken) => acs.createChatThread(session, userToken, body, requestId));
    const { id } = created.body.chatThread;
    return {
      status: 201,
      headers: { location: created.location },
      body: created.body,
      effect: { resource: { type: 'chatThread', id } },
    };
  },
});
