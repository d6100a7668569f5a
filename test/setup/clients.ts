const key = (name: string) => Buffer.from(`test-only-key-of-${name}`.padEnd(48, '!')).toString('base64');

/** The clients that the Switchboard of the integration tests knows. */
export const TEST_CLIENTS = {
  everything: { name: 'everything', keys: [key('everything'), key('everything-second')], allow: ['*', 'actAs'] },
  plain: { name: 'plain', keys: [key('plain')] },
  neighbor: { name: 'neighbor', keys: [key('neighbor')] },
  smsOnly: { name: 'sms-only', keys: [key('sms-only')], allow: ['sendSms'], senders: ['+18005550100'] },
  mailOnly: { name: 'mail-only', keys: [key('mail-only')], allow: ['sendEmail'], senders: ['news@contoso.com'] },
  batches: {
    name: 'batches',
    keys: [key('batches')],
    allow: [
      ...['submitSmsBatch', 'getSmsBatch', 'listSmsBatches', 'listSmsBatchResults', 'cancelSmsBatch'],
      'listSmsOptOuts',
    ],
    senders: ['+18005550110'],
  },
} as const;
