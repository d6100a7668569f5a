import type { Operations } from './types.ts';

/** How an operation is called. */
export interface OperationFacts {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{name}` for each path parameter. */
  readonly route: string;
  /** Acts as a chat user: `acting-user` says as which one. */
  readonly actsAsUser?: true;
  /** False if ACS does not recognise a repetition: after a lost response, a retry cannot help. */
  readonly isRepeatable?: false;
  /** Changes nothing, although it is a POST. */
  readonly isQuery?: true;
  /** A success has no body. */
  readonly returnsNothing?: true;
  /** The header in which a caller may send a UUID of its own, by which ACS recognises the request. */
  readonly idHeader?: 'operation-id' | 'repeatability-request-id';
}

export type OperationName = keyof Operations;

// generated: client-operations
export const API_VERSION = '2024-03-15';

export const OPERATIONS = {
  addChatParticipants: { method: 'POST', route: '/chat/threads/{chatThreadId}/participants/:add', actsAsUser: true },
  addSmsOptOuts: { method: 'POST', route: '/sms/optouts:add' },
  cancelSmsBatch: { method: 'POST', route: '/sms/batches/{id}:cancel' },
  checkSmsOptOuts: { method: 'POST', route: '/sms/optouts:check', isQuery: true },
  createChatThread: { method: 'POST', route: '/chat/threads', actsAsUser: true, idHeader: 'repeatability-request-id' },
  createIdentity: { method: 'POST', route: '/identities' },
  deleteChatMessage: {
    method: 'DELETE',
    route: '/chat/threads/{chatThreadId}/messages/{chatMessageId}',
    actsAsUser: true,
    returnsNothing: true,
  },
  deleteChatThread: { method: 'DELETE', route: '/chat/threads/{chatThreadId}', actsAsUser: true, returnsNothing: true },
  deleteIdentity: { method: 'DELETE', route: '/identities/{id}', returnsNothing: true },
  exchangeTeamsUserAccessToken: { method: 'POST', route: '/teamsUser/:exchangeAccessToken' },
  getChatMessage: { method: 'GET', route: '/chat/threads/{chatThreadId}/messages/{chatMessageId}', actsAsUser: true },
  getChatThread: { method: 'GET', route: '/chat/threads/{chatThreadId}', actsAsUser: true },
  getEmailOperation: { method: 'GET', route: '/emails/operations/{operationId}' },
  getSmsBatch: { method: 'GET', route: '/sms/batches/{id}' },
  getSmsDeliveryReport: { method: 'GET', route: '/deliveryReports/{messageId}' },
  getUsage: { method: 'GET', route: '/usage' },
  issueAccessToken: { method: 'POST', route: '/identities/{id}/:issueAccessToken' },
  listAuditEntries: { method: 'GET', route: '/audit' },
  listChatMessages: { method: 'GET', route: '/chat/threads/{chatThreadId}/messages', actsAsUser: true },
  listChatParticipants: { method: 'GET', route: '/chat/threads/{chatThreadId}/participants', actsAsUser: true },
  listChatThreads: { method: 'GET', route: '/chat/threads', actsAsUser: true },
  listReadReceipts: { method: 'GET', route: '/chat/threads/{chatThreadId}/readReceipts', actsAsUser: true },
  listSmsBatchResults: { method: 'GET', route: '/sms/batches/{id}/results' },
  listSmsBatches: { method: 'GET', route: '/sms/batches' },
  listSmsOptOuts: { method: 'GET', route: '/sms/optouts' },
  redriveSmsBatch: { method: 'POST', route: '/sms/batches/{id}:redrive' },
  removeChatParticipant: {
    method: 'POST',
    route: '/chat/threads/{chatThreadId}/participants/:remove',
    actsAsUser: true,
    returnsNothing: true,
  },
  removeSmsOptOuts: { method: 'POST', route: '/sms/optouts:remove', isRepeatable: false },
  revokeAccessTokens: { method: 'POST', route: '/identities/{id}/:revokeAccessTokens', returnsNothing: true },
  sendChatMessage: {
    method: 'POST',
    route: '/chat/threads/{chatThreadId}/messages',
    actsAsUser: true,
    isRepeatable: false,
  },
  sendEmail: { method: 'POST', route: '/emails:send', idHeader: 'operation-id' },
  sendReadReceipt: {
    method: 'POST',
    route: '/chat/threads/{chatThreadId}/readReceipts',
    actsAsUser: true,
    returnsNothing: true,
  },
  sendSms: { method: 'POST', route: '/sms' },
  sendTypingNotification: {
    method: 'POST',
    route: '/chat/threads/{chatThreadId}/typing',
    actsAsUser: true,
    returnsNothing: true,
  },
  submitSmsBatch: { method: 'POST', route: '/sms/batches' },
  updateChatMessage: {
    method: 'PATCH',
    route: '/chat/threads/{chatThreadId}/messages/{chatMessageId}',
    actsAsUser: true,
    returnsNothing: true,
  },
  updateChatThread: { method: 'PATCH', route: '/chat/threads/{chatThreadId}', actsAsUser: true, returnsNothing: true },
} as const satisfies Readonly<Record<keyof Operations, OperationFacts>>;
// end of generated
