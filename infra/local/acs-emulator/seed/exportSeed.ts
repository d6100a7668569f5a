import type { ChatThread, Message, Participant } from '../chat/chatThread.ts';
import type { Context } from '../context.ts';
import type { StoredEmail } from '../email/emailStore.ts';
import type { Identity } from '../identity/identityStore.ts';
import type { SmsMessage } from '../sms/smsStore.ts';
import {
  type Seed,
  type SeedEmail,
  type SeedIdentity,
  type SeedMessage,
  type SeedParticipant,
  type SeedSms,
  type SeedThread,
  seedFaults,
} from './seed.ts';

/** Returns what a mailbox contains. Requests and pending events are not part of it. */
export function exportSeed(context: Context): Seed {
  const { sms, emails, chat, identities, faults, smsQuotas, emailQuotas, identityQuotas } = context;
  return {
    version: 1,
    sms: sms.all().map(exportSms),
    emails: emails.all().map(exportEmail),
    threads: chat.all().map(exportThread),
    identities: identities.ids().flatMap((id) => {
      const identity = identities.get(id);
      return identity ? [exportIdentity(identity)] : [];
    }),
    optOuts: sms.optOuts(),
    faults: seedFaults.parse(faults.list()),
    quotas: { sms: smsQuotas.rates, email: emailQuotas.rates, identity: identityQuotas.rates },
  };
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function exportSms(stored: SmsMessage): SeedSms {
  if (stored.direction === 'received') {
    const { messageId, at, from, to, message } = stored;
    return { direction: 'received', id: messageId, at: time(at), from, to, message };
  }
  const { request, item, repeats, delivery } = stored;
  const { repeatabilityRequestId: requestId, repeatabilityFirstSent: firstSent } = item;
  return {
    direction: 'sent',
    id: item.messageId,
    at: time(request.at),
    from: request.from,
    to: item.to,
    message: request.message,
    ...(request.options && { options: { ...request.options } }),
    ...(requestId !== undefined &&
      firstSent !== undefined && { repeatability: { requestId, firstSent: time(firstSent) } }),
    ...(repeats > 0 && { repeats }),
    ...(item.optedOut && { optedOut: item.optedOut }),
    ...(delivery && { delivery }),
  };
}

function exportEmail({ id, at, content, repeats, statuses }: StoredEmail): SeedEmail {
  const { id: _, at: __, repeats: ___, deliveries: ____, ...own } = content; // ACS ignores what it does not know
  const deliveries = Array.from(statuses, ([recipient, status]) => ({ recipient, status }));
  return {
    ...(own as SeedEmail),
    ...{ id, at: time(at) },
    ...(repeats > 0 && { repeats }),
    ...(deliveries.length > 0 && { deliveries }),
  };
}

function exportThread(thread: ChatThread): SeedThread {
  const { metadata, retentionPolicy, lastMessageReceivedOn, deletedOn } = thread;
  return {
    id: thread.id,
    at: time(thread.createdOn),
    topic: thread.topic,
    createdBy: thread.createdBy,
    participants: Array.from(thread.participants.values(), exportParticipant),
    formerParticipants: [...thread.removed],
    messages: Array.from(thread.messages.values(), exportMessage),
    receipts: Array.from(thread.receipts, ([reader, { messageId, readOn }]) => ({
      reader,
      messageId,
      at: time(readOn),
    })),
    ...(metadata && { metadata }),
    ...(retentionPolicy && { retentionPolicy }),
    ...(lastMessageReceivedOn !== undefined && { lastMessageReceivedOn: time(lastMessageReceivedOn) }),
    ...(deletedOn !== undefined && { deletedOn: time(deletedOn) }),
  };
}

function exportParticipant({ rawId, displayName, shareHistoryTime, metadata }: Participant): SeedParticipant {
  return {
    id: rawId,
    ...(displayName !== undefined && { displayName }),
    ...(shareHistoryTime > 0 && { shareHistoryTime: time(shareHistoryTime) }),
    ...(metadata && { metadata }),
  };
}

function exportMessage(message: Message): SeedMessage {
  const { id, version, sequence, content, senderDisplayName, metadata, editedOn, deletedOn } = message;
  const shared = { id, at: time(message.createdOn), version, sequence };
  if (content.kind === 'topic') {
    return { type: 'topicUpdated', ...shared, topic: content.topic, initiator: content.initiator };
  }
  if (content.kind === 'participants') {
    const type = message.type === 'participantRemoved' ? message.type : 'participantAdded';
    return { type, ...shared, participants: content.participants.map(exportParticipant), initiator: content.initiator };
  }
  return {
    type: message.type === 'html' ? 'html' : 'text',
    ...shared,
    sender: message.sender ?? '',
    content: content.message,
    ...(senderDisplayName !== undefined && { senderDisplayName }),
    ...(metadata && { metadata }),
    ...(editedOn !== undefined && { editedOn: time(editedOn) }),
    ...(deletedOn !== undefined && { deletedOn: time(deletedOn) }),
  };
}

function exportIdentity({ id, createdAt, tokens, revokedUpTo, isDeleted }: Identity): SeedIdentity {
  return {
    ...{ id, at: time(createdAt) },
    tokens: tokens.map(({ tokenNumber, at, scopes, expiresOn }) => ({
      number: tokenNumber,
      scopes: [...scopes],
      issuedOn: time(at),
      expiresOn: time(expiresOn),
    })),
    ...(revokedUpTo > 0 && { revokedUpTo }),
    ...(isDeleted && { isDeleted }),
  };
}
