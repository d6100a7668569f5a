import type { SwitchboardClient } from '../../../shared/client/client.ts';
import type { OperationName } from '../../../shared/client/operations.ts';
import * as examples from '../../../shared/contract/examples.ts';

type Call = (client: SwitchboardClient) => unknown;

const { id: batchId } = examples.smsBatch;
const { id: threadId } = examples.chatThread;
const { id: messageId } = examples.chatMessage;
const { id: emailId } = examples.emailOperationStatus;

/** A call of each operation with the documented example of its request; lists are read to their end. */
export const CALLS: Readonly<Record<OperationName, Call>> = {
  addChatParticipants: (client) => client.chat.addParticipants(threadId, examples.addChatParticipantsRequest),
  cancelSmsBatch: (client) => client.batches.cancel(batchId),
  createChatThread: (client) => client.chat.createThread(examples.createChatThreadRequest),
  createIdentity: (client) => client.identities.create({ createTokenWithScopes: ['chat'] }),
  addSmsOptOuts: (client) => client.optOuts.add(examples.smsOptOutRequest),
  checkSmsOptOuts: (client) => client.optOuts.check(examples.smsOptOutRequest),
  removeSmsOptOuts: (client) => client.optOuts.remove(examples.smsOptOutRequest),
  deleteChatMessage: (client) => client.chat.deleteMessage(threadId, messageId),
  deleteChatThread: (client) => client.chat.deleteThread(threadId),
  deleteIdentity: (client) => client.identities.delete(examples.userId),
  exchangeTeamsUserAccessToken: (client) =>
    client.identities.exchangeTeamsToken(examples.teamsUserExchangeTokenRequest),
  getChatMessage: (client) => client.chat.getMessage(threadId, messageId),
  getChatThread: (client) => client.chat.getThread(threadId),
  getEmailOperation: (client) => client.emails.get(emailId),
  getSmsBatch: (client) => client.batches.get(batchId),
  getSmsDeliveryReport: (client) => client.sms.getDeliveryReport(examples.messageId),
  getUsage: (client) => client.usage(),
  issueAccessToken: (client) => client.identities.issueToken(examples.userId, { scopes: ['chat'] }),
  listAuditEntries: (client) => all(client.audit.list()),
  listChatMessages: (client) => all(client.chat.listMessages(threadId)),
  listChatParticipants: (client) => all(client.chat.listParticipants(threadId)),
  listChatThreads: (client) => all(client.chat.listThreads()),
  listReadReceipts: (client) => all(client.chat.listReadReceipts(threadId)),
  listSmsBatchResults: (client) => all(client.batches.results(batchId)),
  listSmsBatches: (client) => all(client.batches.list()),
  listSmsOptOuts: (client) => all(client.optOuts.list()),
  redriveSmsBatch: (client) => client.batches.redrive(batchId),
  removeChatParticipant: (client) => client.chat.removeParticipant(threadId, examples.communicationIdentifier),
  revokeAccessTokens: (client) => client.identities.revokeTokens(examples.userId),
  sendChatMessage: (client) => client.chat.sendMessage(threadId, { content: 'Hello' }),
  sendEmail: (client) => client.emails.send(examples.emailMessage),
  sendReadReceipt: (client) => client.chat.sendReadReceipt(threadId, { chatMessageId: messageId }),
  sendSms: (client) => client.sms.send(examples.sendSmsRequest),
  sendTypingNotification: (client) => client.chat.sendTypingNotification(threadId),
  submitSmsBatch: (client) => client.batches.submit(examples.submitSmsBatchRequest),
  updateChatMessage: (client) => client.chat.updateMessage(threadId, messageId, { content: 'Hello again' }),
  updateChatThread: (client) => client.chat.updateThread(threadId, examples.updateChatThreadRequest),
};

export async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}
