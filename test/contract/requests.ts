import { SENDER, uniqueAddress, uniquePhone } from '../setup/names.ts';
import type { Attempt } from './targets.ts';

/** Requests in the forms in which public clients send them, and what ACS answers to them. */
export interface ClientRequest {
  readonly what: string;
  readonly attempt: Attempt;
  readonly status: number;
  /** Members of the answer. */
  readonly members?: object;
}

const content = { subject: 'Contract', plainText: 'Text' };
const news = 'news@contoso.com';
const anna = () => ({ address: uniqueAddress() });
const mail = (body: object): Attempt => ({
  operation: 'sendEmail',
  body: { senderAddress: news, content, recipients: { to: [anna()] }, ...body },
});
const sms = (body: object): Attempt => ({
  operation: 'sendSms',
  body: { from: SENDER, smsRecipients: [{ to: uniquePhone() }], message: 'Hello', ...body },
});
const file = (contentId: string | null, name = 'logo.png') => ({
  ...{ name, contentType: 'image/png', contentInBase64: 'aGVsbG8=', contentId },
});

/** @see https://github.com/symfony/symfony `AzureApiTransport`: what is not set is null, and a member of its own */
const symfony = mail({
  content: { html: null, plainText: 'Text', subject: 'Contract' },
  attachments: [{ name: 'a.png', contentInBase64: 'aGVsbG8=', contentType: 'image/png', content_id: 'a.png' }],
  userEngagementTrackingDisabled: false,
  headers: null,
  importance: 'normal',
});

/** @see https://github.com/Azure/Wordpress-on-Linux-App-Service-plugins `app_service_email` */
const wordPress = mail({
  content: { subject: 'Contract', plainText: 'Text', html: null },
  recipients: { to: [anna()], cc: [], bcc: [] },
  replyTo: [],
});

/** @see https://github.com/Azure/azure-cli-extensions `az communication email send` */
const azureCli = mail({
  content: { subject: 'Contract', plainText: null, html: '<p>Text</p>' },
  recipients: { to: null, cc: null, bcc: [anna()] },
  replyTo: null,
  attachments: [],
  userEngagementTrackingDisabled: false,
  headers: { 'x-priority': '3' },
});

/** @see https://github.com/Azure/azure-sdk-for-net `EmailClient`, recorded with the recipients in `bcc` alone */
const dotnet = mail({ recipients: { to: [], cc: [], bcc: [anna()] }, attachments: [], replyTo: [] });

/** @see https://github.com/Azure/azure-sdk-for-js, recordings of `smsClient.send` */
const invalidNumber = (to: string): ClientRequest => ({
  what: `to a number and to ${JSON.stringify(to)}`,
  attempt: sms({ smsRecipients: [{ to: uniquePhone() }, { to }] }),
  status: 202,
  members: {
    value: [
      { httpStatusCode: 202, successful: true, messageId: /./ },
      { to, httpStatusCode: 400, successful: false, errorMessage: 'Invalid To phone number format.' },
    ],
  },
});

export const CLIENT_REQUESTS: readonly ClientRequest[] = [
  { what: 'as Symfony sends it', attempt: symfony, status: 202 },
  { what: 'as WordPress on App Service sends it', attempt: wordPress, status: 202 },
  { what: 'as the Azure CLI sends it, to bcc alone', attempt: azureCli, status: 202 },
  { what: 'as .NET sends it, to bcc alone', attempt: dotnet, status: 202 },
  { what: 'without a recipient', attempt: mail({ recipients: { to: [], cc: null, bcc: [] } }), status: 400 },
  { what: 'with null as an address', attempt: mail({ recipients: { to: [null] } }), status: 400 },
  {
    what: 'with null as a display name',
    attempt: mail({ recipients: { to: [{ ...anna(), displayName: null }] } }),
    status: 400,
  },
  { what: 'from an address in angle brackets', attempt: mail({ senderAddress: `<${news}>` }), status: 202 },
  { what: 'from an address with a name', attempt: mail({ senderAddress: `News <${news}>` }), status: 400 },
  { what: 'with two content ids', attempt: mail({ attachments: [file('a'), file('b')] }), status: 202 },
  { what: 'with one content id twice', attempt: mail({ attachments: [file('a'), file('a', 'b.png')] }), status: 400 },
  {
    what: 'with one content id twice, which is to be ignored',
    attempt: mail({
      attachments: [file('a'), file('a', 'b.png')],
      headers: { 'x-ms-acsemail-ignore-duplicate-content-id': 'true' },
    }),
    status: 202,
  },
  { what: 'with null for content ids', attempt: mail({ attachments: [file(null), file(null)] }), status: 202 },
  invalidNumber('14255550124'),
  invalidNumber('+1425555012345'),
  invalidNumber('Anna'),
  {
    what: 'without any valid number',
    attempt: sms({ smsRecipients: [{ to: 'Anna' }, { to: 'Ben' }] }),
    status: 202,
    members: {
      value: [
        { to: 'Anna', successful: false },
        { to: 'Ben', successful: false },
      ],
    },
  },
  { what: 'to a number of another type', attempt: sms({ smsRecipients: [{ to: 5 }] }), status: 400 },
  {
    what: 'with null for what is not set, and unknown members',
    attempt: sms({
      smsRecipients: [{ to: uniquePhone(), repeatabilityRequestId: null, repeatabilityFirstSent: null, name: 'Anna' }],
      smsSendOptions: { enableDeliveryReport: true, tag: null, isFlash: true },
      priority: 'high',
    }),
    status: 202,
    members: { value: [{ successful: true }] },
  },
  { what: 'without options', attempt: sms({ smsSendOptions: null }), status: 202 },
  {
    what: 'with null for scopes and life',
    attempt: {
      operation: 'createIdentity',
      body: { createTokenWithScopes: null, expiresInMinutes: null, isNew: true },
    },
    status: 201,
    members: { identity: { id: /^8:acs:/ } },
  },
  {
    what: 'with null for what is not set, and unknown members',
    attempt: {
      operation: 'createChatThread',
      body: { topic: 'Topic', participants: null, metadata: null, retentionPolicy: null, colour: 'red' },
    },
    status: 201,
    members: { chatThread: { topic: 'Topic' } },
  },
];
