import { randomUUID } from 'node:crypto';
import { createThreadId, type Message, type MessageContent, type Participant } from '../chat/chatThread.ts';
import type { Context } from '../context.ts';
import { badRequest } from '../http/serviceError.ts';
import { createMessageId } from '../sms/smsSend.ts';
import type { StoredEvent } from '../state/stores.ts';
import type { Seed, SeedEmail, SeedIdentity, SeedMessage, SeedParticipant, SeedSms, SeedThread } from './seed.ts';

/** Changes with the time that they are sorted by. */
interface Import {
  readonly at: number;
  readonly events: readonly StoredEvent[];
}

/**
 * Adds the content of a seed to a mailbox, in order of its times. No events are sent for it.
 *
 * @throws ServiceError 400 if an id is taken or used twice; nothing is imported then
 */
export function importSeed(content: Seed, context: Context): void {
  const { sms, emails, chat, identities, record } = context;
  checkIds('sms', content.sms, (id) => sms.get(id) !== undefined);
  checkIds('emails', content.emails, (id) => emails.find(id) !== undefined);
  checkIds('threads', content.threads, (id) => chat.find(id) !== undefined);
  checkIds('identities', content.identities, (id) => identities.get(id) !== undefined);
  checkRepeats(content);
  const now = context.now();
  const imports = [
    ...(content.identities ?? []).map((it) => importIdentity(it, context)),
    ...(content.sms ?? []).map((it) => importSms(it, now)),
    ...(content.emails ?? []).map((it) => importEmail(it, now)),
    ...(content.threads ?? []).map((it, index) => importThread(it, now, `threads[${index}]`)),
  ].sort((one, other) => one.at - other.at);
  for (const event of imports.flatMap(({ events }) => events)) record(event);
  for (const { from, to } of content.optOuts ?? []) {
    record({ store: 'sms', type: 'optOuts', from, recipients: [to], optedOut: true });
  }
  importControls(content, context);
}

function importControls({ faults, quotas }: Seed, context: Context): void {
  if (faults) {
    context.faults.replace(faults);
    context.outbox.announce({ what: 'faults' });
  }
  if (quotas) {
    context.smsQuotas.replace(quotas.sms ?? {});
    context.emailQuotas.replace(quotas.email ?? {});
    context.identityQuotas.replace(quotas.identity ?? {});
    context.outbox.announce({ what: 'quotas' });
  }
}

function checkIds(
  name: string,
  list: readonly { readonly id?: string }[] = [],
  isTaken: (id: string) => boolean = () => false,
): void {
  const seen = new Set<string>();
  for (const [index, { id }] of list.entries()) {
    if (id === undefined) continue;
    const key = id.toLowerCase();
    const field = `${name}[${index}].id`;
    if (isTaken(id) || seen.has(key)) throw badRequest(field, `${field}: ${id} exists already`);
    seen.add(key);
  }
}

/** Each is an entry of the journal: a small document could ask for more than there is memory for. */
const MAXIMUM_REPEATS = 100_000;

function checkRepeats({ sms = [], emails = [] }: Seed): void {
  const repeats = [...sms, ...emails].reduce((sum, it) => sum + ('repeats' in it ? (it.repeats ?? 0) : 0), 0);
  if (repeats > MAXIMUM_REPEATS)
    throw badRequest('repeats', `repeats: all together must be at most ${MAXIMUM_REPEATS}`);
}

function timeOf(text: string | undefined, fallback: Date): number {
  return text === undefined ? fallback.getTime() : Date.parse(text);
}

function importSms(message: SeedSms, now: Date): Import {
  const at = timeOf(message.at, now);
  const { from, to, message: text } = message;
  if (message.direction === 'received') {
    const messageId = message.id ?? createMessageId(now, 'Incoming');
    return { at, events: [{ store: 'events', type: 'smsReceived', messageId, at, from, to, message: text }] };
  }
  const { options, repeatability, repeats = 0, optedOut, delivery } = message;
  const messageId = message.id ?? createMessageId(now, 'Outgoing');
  const item = {
    ...{ to, messageId },
    ...(repeatability && {
      repeatabilityRequestId: repeatability.requestId,
      repeatabilityFirstSent: Date.parse(repeatability.firstSent),
    }),
    ...(optedOut && { optedOut }),
  };
  const request = { at, from, message: text, ...(options && { options }) };
  const again = Array.from({ length: repeats }, () => messageId);
  const sent: StoredEvent = { store: 'sms', type: 'requested', ...request, items: [item], repeats: again };
  if (!delivery) return { at, events: [sent] };
  const set = { store: 'sms', type: 'deliverySet', at, changeId: randomUUID(), request, item, delivery } as const;
  return { at, events: [sent, set] };
}

function importEmail(
  { id = randomUUID(), at: time, repeats = 0, deliveries = [], ...content }: SeedEmail,
  now: Date,
): Import {
  const at = timeOf(time, now);
  const { to, cc, bcc } = content.recipients;
  const addresses = [to, cc, bcc].flatMap((list) => (list ?? []).map(({ address }) => address.toLowerCase()));
  const again = Array.from({ length: repeats }, () => ({ store: 'email', type: 'repeated', id }) as const);
  const sender = content.senderAddress;
  const set = deliveries.map(({ recipient, status }) => {
    const change = { at, changeId: randomUUID(), sender, recipient: recipient.toLowerCase(), status };
    return { store: 'email', type: 'deliverySet', id, ...change } as const;
  });
  return { at, events: [{ store: 'email', type: 'accepted', id, at, content, addresses }, ...again, ...set] };
}

function importIdentity(identity: SeedIdentity, { resourceId, now }: Context): Import {
  const { id = `8:acs:${resourceId}_${randomUUID()}`, tokens = [], revokedUpTo = 0, isDeleted = false } = identity;
  const at = timeOf(identity.at, now());
  const issued = tokens.map(({ number, scopes, issuedOn, expiresOn }) => ({
    event: {
      ...({ store: 'identity', type: 'tokenIssued', id, tokenNumber: number, scopes } as const),
      ...{ at: Date.parse(issuedOn), expiresOn: Date.parse(expiresOn) },
    },
    isRevoked: number <= revokedUpTo,
  }));
  const of = (isRevoked: boolean) => issued.filter((it) => it.isRevoked === isRevoked).map(({ event }) => event);
  return {
    at,
    events: [
      { store: 'identity', type: 'created', id, at },
      ...of(true),
      ...(revokedUpTo > 0 ? [{ store: 'identity', type: 'tokensRevoked', id } as const] : []),
      ...of(false),
      ...(isDeleted ? [{ store: 'identity', type: 'deleted', id } as const] : []),
    ],
  };
}

function importThread(thread: SeedThread, now: Date, field: string): Import {
  const at = timeOf(thread.at, now);
  const { id: threadId = createThreadId(), topic, participants, metadata, retentionPolicy } = thread;
  const { formerParticipants = [], messages = [], receipts = [], lastMessageReceivedOn, deletedOn } = thread;
  const numbered = numberMessages(messages, at);
  checkIds(`${field}.participants`, participants);
  checkIds(`${field}.messages`, numbered);
  const last = numbered.findLast(({ sender }) => sender !== undefined)?.createdOn;
  const received = lastMessageReceivedOn === undefined ? last : Date.parse(lastMessageReceivedOn);
  const event: StoredEvent = {
    ...({ store: 'chat', type: 'threadImported', threadId, at, topic } as const),
    by: thread.createdBy ?? participants[0]?.id ?? '',
    participants: participants.map(readParticipant),
    invalidParticipants: [],
    messages: numbered,
    receipts: receipts.map(({ reader, messageId, at: readOn }) => [reader, { messageId, readOn: Date.parse(readOn) }]),
    removed: formerParticipants,
    ...(metadata && { metadata }),
    ...(retentionPolicy && { retentionPolicy }),
    ...(received !== undefined && { lastMessageReceivedOn: received }),
    ...(deletedOn !== undefined && { deletedOn: Date.parse(deletedOn) }),
  };
  return { at, events: [event] };
}

/** Gives messages without id, sequence or version the next one. */
function numberMessages(messages: readonly SeedMessage[], createdOn: number): Message[] {
  let [lastId, lastSequence] = [0, 0];
  return messages.map((message) => {
    const at = timeOf(message.at, new Date(createdOn));
    const id = message.id ?? String(Math.max(at, lastId + 1));
    const sequence = message.sequence ?? lastSequence + 1;
    lastId = Math.max(lastId, Number(id));
    lastSequence = Math.max(lastSequence, sequence);
    return { id, sequence, createdOn: at, version: message.version ?? id, ...readMessage(message) };
  });
}

function readMessage(message: SeedMessage): Pick<Message, 'type' | 'content'> & Partial<Message> {
  if ('topic' in message) {
    const { topic, initiator } = message;
    return { type: message.type, content: { kind: 'topic', topic, initiator } };
  }
  if ('participants' in message) {
    const { participants, initiator } = message;
    return {
      type: message.type,
      content: { kind: 'participants', participants: participants.map(readParticipant), initiator },
    };
  }
  const { type = 'text', sender, senderDisplayName, metadata, editedOn, deletedOn } = message;
  const content: MessageContent = { kind: 'message', message: message.content };
  return {
    ...{ type, sender, content },
    ...(senderDisplayName !== undefined && { senderDisplayName }),
    ...(metadata && { metadata }),
    ...(editedOn !== undefined && { editedOn: Date.parse(editedOn) }),
    ...(deletedOn !== undefined && { deletedOn: Date.parse(deletedOn) }),
  };
}

function readParticipant({ id, displayName, shareHistoryTime, metadata }: SeedParticipant): Participant {
  return {
    rawId: id,
    ...(displayName !== undefined && { displayName }),
    shareHistoryTime: shareHistoryTime === undefined ? 0 : Date.parse(shareHistoryTime),
    ...(metadata && { metadata }),
  };
}
