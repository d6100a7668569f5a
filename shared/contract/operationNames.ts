/** The operations that a client's `allow` may name. */
// generated: operation-names
export const OPERATION_NAMES = [
  'cancelSmsBatch',
  'createChatThread',
  'createIdentity',
  'deleteIdentity',
  'getEmailOperation',
  'getSmsBatch',
  'getSmsDeliveryReport',
  'getUsage',
  'issueAccessToken',
  'listAuditEntries',
  'listChatMessages',
  'listChatThreads',
  'listSmsBatchResults',
  'listSmsBatches',
  'listSmsOptOuts',
  'redriveSmsBatch',
  'sendChatMessage',
  'sendEmail',
  'sendSms',
  'submitSmsBatch',
] as const;
// end of generated
