import * as acs from '../../shared/acs/chatMessages.ts';
import { chatThreadParams } from '../../shared/contract/chat.ts';
import { sendTypingNotificationRequest } from '../../shared/contract/chatMessages.ts';
import { operation } from '../../shared/operation/define.ts';

export const sendTypingNotification = operation({
  name: 'sendTypingNotification',
  tag: 'Chat',
  summary: 'Shows the other participants of a thread that the acting user is typing.',
  http: { method: 'POST', route: 'chat/threads/{chatThreadId}/typing' },
  queue: 'send-typing-notification',
  actsAsUser: true,
  params: chatThreadParams,
  body: { schema: sendTypingNotificationRequest },
  responses: { 200: null },
  run: async ({ params, body }, context) => {
    await context.asUser((userToken) => acs.sendTypingNotification(context.acs, userToken, params.chatThreadId, body));
    return { status: 200, effect: 'none' }; // shown for seconds, and stored nowhere
  },
});
