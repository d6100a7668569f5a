import * as z from 'zod';
import type { Context } from '../context.ts';
import { withoutBrackets } from '../email/emailStore.ts';
import { itemIds } from '../outbox/chatView.ts';
import { compactNumber } from '../sms/senders.ts';
import type { SmsMessage } from '../sms/smsStore.ts';
import { inspectionRoute, inspectionRoutes } from './inspectionRoute.ts';

export const recipientRoutes = inspectionRoutes({
  deleteRecipient: inspectionRoute({
    method: 'DELETE',
    path: '/_emulator/recipients/:recipient',
    summary:
      'Deletes the messages to and from a phone number, an email address or a chat identity, its opt-outs and the identity.',
    params: z.object({ recipient: z.string() }),
    handle: ({ params: { recipient } }, context) => {
      deleteSms(recipient, context);
      deleteEmails(recipient.toLowerCase(), context);
      deleteChat(recipient, context);
      return { status: 204 };
    },
  }),
});

function deleteSms(recipient: string, { sms, record }: Context): void {
  const number = compactNumber(recipient);
  const ids = sms.all().flatMap((message) => (isWith(message, number) ? [idOf(message)] : []));
  if (ids.length > 0) record({ store: 'sms', type: 'removed', ids });
  for (const { from, to } of sms.optOuts().filter((it) => isAmong(number, it.from, it.to))) {
    record({ store: 'sms', type: 'optOuts', from, recipients: [to], optedOut: false });
  }
}

function isWith(message: SmsMessage, number: string): boolean {
  if (message.direction === 'received') return isAmong(number, message.from, message.to);
  return isAmong(number, message.request.from, message.item.to);
}

function isAmong(number: string, ...parties: readonly string[]): boolean {
  return parties.some((it) => compactNumber(it) === number);
}

function idOf(message: SmsMessage): string {
  return message.direction === 'sent' ? message.item.messageId : message.messageId;
}

function deleteEmails(address: string, { emails, record }: Context): void {
  for (const { id, addresses, content } of emails.all()) {
    const sender = withoutBrackets(String(content['senderAddress'])).toLowerCase();
    if (addresses.includes(address) || sender === address) record({ store: 'email', type: 'removed', id });
  }
}

/** Deletes the threads in which the identity is or was. */
function deleteChat(id: string, { chat, identities, now, record }: Context): void {
  for (const thread of chat.all().filter(({ participants, removed }) => participants.has(id) || removed.has(id))) {
    const at = now().getTime();
    record({ store: 'chat', type: 'threadRemoved', threadId: thread.id, at, by: id, itemIds: itemIds(thread) });
  }
  if (identities.get(id)) record({ store: 'identity', type: 'removed', id });
}
