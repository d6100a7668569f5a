// Examples in the OpenAPI document, each named after its schema; a test validates them against the schemas.

export const userId = '8:acs:2f1e6d3c-8b4a-4c5d-9e7f-1a2b3c4d5e6f_0000001f-7a6b-5c4d-3e2f-1a0b9c8d7e6f';
const user = { rawId: userId, communicationUser: { id: userId }, communicationUserId: userId };

export const communicationIdentifier = { communicationUserId: userId };

export const auditEntry = {
  time: '2026-01-15T08:30:00.000Z',
  client: 'shop',
  trigger: 'http',
  operation: 'submitSmsBatch',
  status: 202,
  requestId: '5d3c8f0e-7b1a-4c2d-9e6f-0a1b2c3d4e5f',
  resource: { type: 'smsBatch', id: 'b5a0f6de-6f0e-5d3a-9d0c-2f4a8c1e7b90' },
  recipients: { accepted: 2, refused: 1 },
};
/** Cursors of pages, as they are in `nextLink`. */
export const auditCursor = '8231553399999-5d3c8f0e-7b1a-4c2d-9e6f-0a1b2c3d4e5f';
export const batchCursor = 'time-8231553399999-b5a0f6de-6f0e-5d3a-9d0c-2f4a8c1e7b90';
export const optOutCursor = '+18005550100 +14255550123';

export const auditEntryPage = { value: [auditEntry] };

export const accessToken = {
  token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl',
  expiresOn: '2026-01-15T09:30:00+00:00',
};
export const createIdentityRequest = { createTokenWithScopes: ['chat'], expiresInMinutes: 60 };
export const issueAccessTokenRequest = { scopes: ['chat', 'voip'] };
export const teamsUserExchangeTokenRequest = {
  token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl',
  appId: '1c4f8a2e-5d3b-4e6f-9a7c-8b0d1e2f3a4b',
  userId: '7e9d0c1b-2a3f-4b5c-8d6e-9f0a1b2c3d4e',
};
export const identityResult = { identity: { id: userId }, accessToken };

export const messageId = '20260115083000f5c1a0d2-3b4e-4c5d-8e6f-7a8b9c0d1e2f';
const accepted = { to: '+14255550123', messageId, httpStatusCode: 202 };
export const sendSmsRequest = {
  from: '+18005550100',
  smsRecipients: [{ to: '+14255550123' }],
  message: 'Hello',
  smsSendOptions: { enableDeliveryReport: true, tag: 'spring' },
};
export const smsSendResult = { value: [{ ...accepted, successful: true }] };
export const smsDeliveryReport = {
  messageId,
  from: '+18005550100',
  to: '+14255550123',
  deliveryStatus: 'Delivered',
  deliveryStatusDetails: 'No error.',
  deliveryAttempts: [{ timestamp: '2026-01-15T08:30:06Z', segmentsSucceeded: 1, segmentsFailed: 0 }],
  receivedTimestamp: '2026-01-15T08:30:07Z',
  tag: 'spring',
};

export const submitSmsBatchRequest = {
  from: '+18005550100',
  message: 'Hello',
  recipients: ['+14255550123', '+14255550124'],
};
export const sendAt = '2026-01-16T09:00:00Z';
export const csv = 'to,name\n+14255550123,Anna\n+14255550124,Ben\n';
export const redriveSmsBatchRequest = { includeInDoubt: true };
export const smsBatch = {
  id: 'b5a0f6de-6f0e-5d3a-9d0c-2f4a8c1e7b90',
  state: 'running',
  from: '+18005550100',
  createdOn: '2026-01-15T08:30:00.000Z',
  estimatedCompletionOn: '2026-01-15T08:31:00.000Z',
  ratePerMinute: 180,
  counts: {
    total: 2,
    pending: 1,
    accepted: 1,
    failed: 0,
    inDoubt: 0,
    optedOut: 0,
    canceled: 0,
    delivered: 0,
    undelivered: 0,
  },
  segments: { encoding: 'GSM-7', total: 2, perMessageMaximum: 1 },
  duplicates: 0,
  invalid: { count: 1, first: [{ line: 4, value: '+1425', reason: 'has a length that its country does not use' }] },
  emptyPlaceholders: { count: 1, first: [{ line: 3, placeholder: 'name' }] },
};
export const smsBatchPage = { value: [smsBatch] };
export const smsBatchResult = { ...accepted, state: 'accepted' };
export const smsBatchResultPage = { value: [smsBatchResult] };

export const smsOptOut = { from: '+18005550100', to: '+14255550123', optedOutOn: '2026-01-15T08:30:00.000Z' };
export const smsOptOutRequest = { from: '+18005550100', recipients: [{ to: '+14255550123' }] };
export const smsOptOutResult = { value: [{ to: '+14255550123', httpStatusCode: 200 }] };
export const smsOptOutCheckResult = { value: [{ to: '+14255550123', httpStatusCode: 200, isOptedOut: true }] };
export const smsOptOutPage = { value: [smsOptOut] };

export const emailMessage = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@example.com', displayName: 'Anna' }] },
  content: { subject: 'Hello', plainText: 'Hello, Anna.', html: '<p>Hello, Anna.</p>' },
};
export const emailOperationStatus = { id: '8540c0de-899f-5cce-acb5-3ec493af3800', status: 'Running', error: null };

export const createChatThreadRequest = {
  topic: 'Lunch',
  participants: [{ communicationIdentifier: { communicationUserId: userId }, displayName: 'Anna' }],
};
export const updateChatThreadRequest = { topic: 'Dinner', metadata: { room: '5' } };
export const chatThread = {
  id: '19:fK3Rzq0rYc2vU5b1xJmQ9g2@thread.v2',
  topic: 'Lunch',
  createdOn: '2026-01-15T08:30:00Z',
};
export const chatThreadPage = { value: [chatThread] };
export const createChatThreadResult = { chatThread: { ...chatThread, createdByCommunicationIdentifier: user } };
export const addChatParticipantsRequest = { participants: createChatThreadRequest.participants };
export const addChatParticipantsResult = {
  invalidParticipants: [{ target: userId, code: '403', message: 'Permissions check failed' }],
};
export const chatParticipantPage = {
  value: [{ communicationIdentifier: user, displayName: 'Anna', shareHistoryTime: '2026-01-15T08:30:00Z' }],
};
export const sendChatMessageRequest = { content: 'Hello', senderDisplayName: 'Anna', type: 'text' };
export const updateChatMessageRequest = { content: 'Hello, everyone' };
export const sendChatMessageResult = { id: '1768465800000' };
export const chatMessage = {
  ...sendChatMessageResult,
  type: 'text',
  content: { message: 'Hello' },
  senderDisplayName: 'Anna',
  createdOn: '2026-01-15T08:30:00Z',
  senderCommunicationIdentifier: user,
};
export const chatMessagePage = { value: [chatMessage] };
export const sendReadReceiptRequest = { chatMessageId: chatMessage.id };
export const readReceiptPage = {
  value: [{ senderCommunicationIdentifier: user, chatMessageId: chatMessage.id, readOn: '2026-01-15T08:31:00Z' }],
};
export const sendTypingNotificationRequest = { senderDisplayName: 'Anna' };

export const usage = {
  client: 'shop',
  limits: [
    { limit: 'smsPerMinute', maximum: 500, used: 20, remaining: 480, resetSeconds: 61 },
    { limit: 'smsPerDay', maximum: 20000, used: 1520, remaining: 18480, resetSeconds: 86100 },
    { limit: 'perRecipientPerDay', maximum: 20 },
  ],
};
