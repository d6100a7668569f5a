import * as z from 'zod';
import type { OperationName } from '../../shared/client/operations.ts';
import { setFaults } from '../setup/emulator.ts';
import { SENDER, uniqueTopic } from '../setup/names.ts';
import { teamsRequest } from '../setup/teams.ts';
import type { CountedApp } from './countedApp.ts';

/** One call of an operation, as it is the same over HTTP and by queue. */
export interface OperationCall {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Creates what the call needs, and returns the call. */
type Prepare = (app: CountedApp) => Promise<OperationCall>;

export const CALLS: Readonly<Record<OperationName, Prepare>> = {
  createIdentity: async () => ({ body: { createTokenWithScopes: ['chat'] } }),
  deleteIdentity: async (app) => ({ params: { id: await newIdentity(app) } }),
  issueAccessToken: async (app) => ({ params: { id: await newIdentity(app) }, body: { scopes: ['chat'] } }),
  revokeAccessTokens: async (app) => ({ params: { id: await newIdentity(app) } }),
  exchangeTeamsUserAccessToken: async () => ({ body: teamsRequest(new Date()) }),

  sendSms: async () => ({ body: sms() }),
  getSmsDeliveryReport: async (app) => ({ params: { messageId: await newTrackedSms(app) } }),
  addSmsOptOuts: async () => ({ body: { from: SENDER, recipients: [{ to: nextPhone() }] } }),
  checkSmsOptOuts: async () => ({ body: { from: SENDER, recipients: [{ to: nextPhone() }] } }),
  removeSmsOptOuts: async (app) => {
    const body = { from: SENDER, recipients: [{ to: nextPhone() }] };
    await post(app, '/sms/optouts:add', body);
    return { body };
  },
  listSmsOptOuts: async () => ({}),

  submitSmsBatch: async () => ({ body: batch(1) }),
  getSmsBatch: async (app) => ({ params: { id: await newBatch(app) } }),
  listSmsBatches: async (app) => {
    await newBatch(app);
    return { query: { maxPageSize: '1' } };
  },
  listSmsBatchResults: async (app) => ({ params: { id: await newBatch(app) } }),
  cancelSmsBatch: async (app) => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    return { params: { id: idOf(await post(app, '/sms/batches', { ...batch(1), sendAt })) } };
  },
  redriveSmsBatch: async (app) => ({ params: { id: await newFailedBatch(app) } }),

  sendEmail: async () => ({ body: email() }),
  getEmailOperation: async (app) => ({ params: { operationId: await newEmail(app) } }),

  createChatThread: async () => ({ body: { topic: uniqueTopic() } }),
  listChatThreads: async () => ({ query: { maxPageSize: '1' } }),
  getChatThread: async (app) => ({ params: { chatThreadId: await newThread(app) } }),
  updateChatThread: async (app) => ({ params: { chatThreadId: await newThread(app) }, body: { topic: uniqueTopic() } }),
  deleteChatThread: async (app) => ({ params: { chatThreadId: await newThread(app) } }),
  sendChatMessage: async (app) => ({ params: { chatThreadId: await newThread(app) }, body: { content: 'Hello' } }),
  getChatMessage: async (app) => ({ params: await newMessage(app) }),
  listChatMessages: async (app) => ({ params: { chatThreadId: await newThread(app) }, query: { maxPageSize: '1' } }),
  updateChatMessage: async (app) => ({ params: await newMessage(app), body: { content: 'Hello again' } }),
  deleteChatMessage: async (app) => ({ params: await newMessage(app) }),
  addChatParticipants: async (app) => ({
    params: { chatThreadId: await newThread(app) },
    body: { participants: [participant(await newIdentity(app))] },
  }),
  listChatParticipants: async (app) => ({ params: { chatThreadId: await newThread(app) } }),
  removeChatParticipant: async (app) => {
    const guest = participant(await newIdentity(app));
    const chatThreadId = await newThread(app, [guest]);
    return { params: { chatThreadId }, body: guest.communicationIdentifier };
  },
  sendReadReceipt: async (app) => {
    const { chatThreadId, chatMessageId } = await newMessage(app);
    return { params: { chatThreadId }, body: { chatMessageId } };
  },
  listReadReceipts: async (app) => ({ params: { chatThreadId: await newThread(app) } }),
  sendTypingNotification: async (app) => ({ params: { chatThreadId: await newThread(app) } }),

  getUsage: async () => ({}),
  listAuditEntries: async () => ({ query: { maxPageSize: '1' } }),
};

let used = 0;

/** The same numbers in every run: limits count recipients in rows that depend on their hashes. */
function nextNumber(): number {
  used += 1;
  return used;
}

export const nextPhone = () => `+1425${2_000_000 + nextNumber()}`;

export const post = (app: CountedApp, target: string, body: unknown) => app.request({ method: 'POST', target, body });

const named = z.looseObject({ id: z.string() });
export const idOf = (answer: unknown): string => named.parse(answer).id;

export const sms = (more: object = {}) => ({
  from: SENDER,
  smsRecipients: [{ to: nextPhone() }],
  message: 'Hello',
  ...more,
});

/** A batch to numbers that no other scenario uses. */
export function batch(recipients: number) {
  return { from: SENDER, message: 'Hello', recipients: Array.from({ length: recipients }, nextPhone) };
}

export const email = () => ({
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: `anna${nextNumber()}@example.com` }] },
  content: { subject: 'Subject', plainText: 'Text' },
});

async function newIdentity(app: CountedApp): Promise<string> {
  const created = z.looseObject({ identity: named }).parse(await post(app, '/identities', {}));
  return created.identity.id;
}

/** @returns the message id of an SMS message whose delivery report has not arrived */
export async function newTrackedSms(app: CountedApp): Promise<string> {
  const answer = await post(app, '/sms', sms({ smsSendOptions: { enableDeliveryReport: true } }));
  const { value } = z.object({ value: z.tuple([z.looseObject({ messageId: z.string() })]) }).parse(answer);
  return value[0].messageId;
}

export const newEmail = async (app: CountedApp): Promise<string> => idOf(await post(app, '/emails:send', email()));

/** @returns the id of a batch that has been sent */
export async function newBatch(app: CountedApp, request: object = batch(1)): Promise<string> {
  const id = idOf(await post(app, '/sms/batches', request));
  await sendBatches(app);
  return id;
}

/** @returns the id of a batch whose only recipient ACS has refused */
export async function newFailedBatch(app: CountedApp): Promise<string> {
  await setFaults(app.acs.url, [{ operation: 'sendSms', status: 400, count: 1 }]);
  return newBatch(app);
}

/** Splits and sends all batches that are due. */
export async function sendBatches(app: CountedApp): Promise<void> {
  while ((await app.drain('splitSmsBatch')) + (await app.drain('sendSmsChunk')) > 0);
}

const participant = (id: string) => ({ communicationIdentifier: { communicationUser: { id } }, displayName: 'Guest' });

async function newThread(app: CountedApp, participants: readonly object[] = []): Promise<string> {
  const answer = await post(app, '/chat/threads', { topic: uniqueTopic(), participants });
  return z.looseObject({ chatThread: named }).parse(answer).chatThread.id;
}

async function newMessage(app: CountedApp) {
  const chatThreadId = await newThread(app);
  const target = `/chat/threads/${encodeURIComponent(chatThreadId)}/messages`;
  return { chatThreadId, chatMessageId: idOf(await post(app, target, { content: 'Hello' })) };
}
