import * as z from 'zod';

// What the emulator received, as its API and its page show it: the shapes of `/_emulator/items`, `/_emulator/latest`,
// `/_emulator/wait` and `/_emulator/stream`. The page imports the types only.

export const CHANNELS = ['sms', 'email', 'chat', 'identity', 'request'] as const;

export const channel = z.enum(CHANNELS);

export type Channel = z.infer<typeof channel>;

/** The members that all items have. */
export const itemSummary = z.object({
  channel,
  id: z.string().describe('Unique within the channel of a mailbox. The id that ACS returned, if it returned one.'),
  revision: z.int().describe('Rises with every change in the mailbox: the largest one is the latest change.'),
  sequence: z.int().describe('Rises with every new item of the mailbox, of any channel.'),
  at: z.iso.datetime().describe("When it arrived, by the emulator's clock."),
  direction: z.enum(['sent', 'received']).describe('`received`: an SMS message from a phone to one of your numbers.'),
  from: z.string().describe('Sender; of a request, the operation; of an identity, empty.'),
  fromName: z.string().optional().describe("The sender's display name in a chat message."),
  to: z.array(z.string()).describe('Recipients; of a chat message, the other participants; of an identity, itself.'),
  subject: z.string().describe('Subject, topic, or method and path. Empty for SMS messages.'),
  preview: z.string().describe('The first 200 characters of the text.'),
  status: z
    .string()
    .describe('e.g. `Delivered`, `Bounced`, `edited`, `deleted`; of a request, its status code, `timeout` or `reset`.'),
  thread: z.string().optional().describe('The id of the chat thread.'),
});

export type ItemSummary = z.infer<typeof itemSummary>;

/** Found in the text of a message, in order: what a person would copy from it. */
const found = {
  codes: z.array(z.string()).describe('One-time codes in the text, e.g. `123456`.'),
  links: z.array(z.string()).describe('http and https links in the text and the HTML.'),
};

export const smsBubble = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  direction: z.enum(['sent', 'received']),
  message: z.string(),
  status: z.string(),
});

export type SmsBubble = z.infer<typeof smsBubble>;

export const smsItem = itemSummary.extend({
  channel: z.literal('sms'),
  message: z.string(),
  ...found,
  segments: z.object({
    count: z.int(),
    encoding: z.enum(['GSM-7', 'UCS-2']),
    characters: z.int(),
  }),
  delivery: z.object({
    status: z.string(),
    details: z.string(),
    hasReport: z.boolean().describe('Whether the request asked for a delivery report.'),
    isSetByHand: z.boolean(),
  }),
  isOptedOut: z.boolean().describe("Whether the recipient has now opted out of this sender's messages."),
  options: z.record(z.string(), z.unknown()).optional().describe('`smsSendOptions` of the request.'),
  repeatability: z
    .object({ requestId: z.string(), firstSent: z.string(), repeats: z.int() })
    .optional()
    .describe('`repeats`: how often it was sent again under the same id, without effect.'),
  conversation: z.array(smsBubble).describe('The newest 100 messages between the two, oldest first.'),
});

export type SmsItem = z.infer<typeof smsItem>;

export const emailRecipient = z.object({
  kind: z.enum(['to', 'cc', 'bcc']),
  address: z.string(),
  displayName: z.string().optional(),
  status: z.string().describe('Its status in the delivery report; `Pending` until there is one.'),
});

export const emailAttachment = z.object({
  index: z.int(),
  name: z.string(),
  contentType: z.string(),
  contentId: z.string().optional(),
  sizeBytes: z.int(),
});

export const emailItem = itemSummary.extend({
  channel: z.literal('email'),
  plainText: z.string().optional(),
  html: z.string().optional().describe('As sent. To look at it, open `…/html`, which cannot run or load anything.'),
  ...found,
  headers: z.record(z.string(), z.string()),
  replyTo: z.array(z.string()),
  recipients: z.array(emailRecipient),
  attachments: z.array(emailAttachment),
  operation: z.object({
    status: z.enum(['NotStarted', 'Running', 'Succeeded', 'Failed', 'NotFound']),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
  repeats: z.int().describe('How often it was sent again under the same `Operation-Id`, without effect.'),
});

export type EmailItem = z.infer<typeof emailItem>;

export const chatMessage = z.object({
  id: z.string(),
  type: z.enum(['text', 'html', 'topicUpdated', 'participantAdded', 'participantRemoved']),
  at: z.iso.datetime(),
  sender: z.string().optional().describe('The raw id; absent in system messages.'),
  senderDisplayName: z.string().optional(),
  content: z.string().describe('Of a system message: the topic, or the participants separated by commas.'),
  metadata: z.record(z.string(), z.string()).optional(),
  editedOn: z.iso.datetime().optional(),
  deletedOn: z.iso.datetime().optional(),
});

export const chatThread = z.object({
  id: z.string(),
  topic: z.string(),
  createdOn: z.iso.datetime(),
  deletedOn: z.iso.datetime().optional(),
  participants: z.array(z.object({ id: z.string(), displayName: z.string().optional() })),
  messages: z.array(chatMessage).describe('The newest 500, oldest first.'),
  receipts: z.array(z.object({ reader: z.string(), messageId: z.string(), at: z.iso.datetime() })),
  typing: z
    .array(z.object({ id: z.string(), displayName: z.string().optional(), at: z.iso.datetime() }))
    .describe('Who sent a typing notification in the last 8 seconds.'),
});

/** A message of a person in a chat thread; system messages are part of the thread only. A thread without one is an item, too. */
export const chatItem = itemSummary.extend({
  channel: z.literal('chat'),
  ...found,
  message: chatMessage.optional().describe('Absent if the item is a thread that has no messages.'),
  conversation: chatThread,
});

export type ChatItem = z.infer<typeof chatItem>;

export const identityToken = z.object({
  number: z.int(),
  scopes: z.array(z.string()),
  issuedOn: z.iso.datetime(),
  expiresOn: z.iso.datetime(),
  state: z.enum(['valid', 'expired', 'revoked']),
  claims: z.record(z.string(), z.unknown()).describe('The decoded payload of the token.'),
});

export const identityItem = itemSummary.extend({
  channel: z.literal('identity'),
  tokens: z.array(identityToken).describe('The newest 100, newest first.'),
  tokensIssued: z.int(),
});

export type IdentityItem = z.infer<typeof identityItem>;

export const bodyText = z.object({
  sizeBytes: z.int(),
  text: z.string().describe('Empty if it is not UTF-8 text; at most the first 16 KiB.'),
  isText: z.boolean(),
  isCut: z.boolean(),
});

/** A line of the string to sign, on both sides. */
export const signedLine = z.object({
  part: z.enum(['method', 'target', 'date', 'host', 'contentHash']),
  client: z.string(),
  emulator: z.string(),
  differs: z.boolean(),
});

export const signatureDiagnosis = z.object({
  reason: z.string().describe('What differs, in one sentence.'),
  advice: z.string().describe('What to change in the client.'),
  isCertain: z
    .boolean()
    .describe("Whether the client's string was found: with it, one of the keys gives the signature that was sent."),
  lines: z.array(signedLine),
});

export type SignatureDiagnosis = z.infer<typeof signatureDiagnosis>;

export const requestItem = itemSummary.extend({
  channel: z.literal('request'),
  method: z.string(),
  target: z.string().describe('Path and query as received.'),
  operation: z.string().optional().describe('The name that faults use; absent if no operation has this path.'),
  durationMilliseconds: z.number(),
  clientRequestId: z.string().optional(),
  errorCode: z.string().optional(),
  fault: z.record(z.string(), z.unknown()).optional().describe('The fault that struck.'),
  isRepeat: z
    .boolean()
    .describe('A repeatability id or an operation id was known: the answer is that of the first request.'),
  request: z.object({ headers: z.array(z.tuple([z.string(), z.string()])), body: bodyText }),
  answer: z
    .object({ headers: z.array(z.tuple([z.string(), z.string()])), body: bodyText })
    .optional()
    .describe('Absent if none was sent.'),
  signature: signatureDiagnosis.optional().describe('Why the signature was refused.'),
  items: z.array(z.object({ channel, id: z.string() })).describe('What the request created: the first 100.'),
});

export type RequestItem = z.infer<typeof requestItem>;

export const item = z.discriminatedUnion('channel', [smsItem, emailItem, chatItem, identityItem, requestItem]);

/** One item with all that is known about it. */
export type Item = z.infer<typeof item>;

/** `GET /_emulator/items`, newest first. */
export const itemPage = z.object({
  value: z.array(itemSummary),
  total: z.int().describe('All items that match, on this page and others.'),
  next: z.int().optional().describe('`before` of the next page; absent on the last one.'),
});

export type ItemPage = z.infer<typeof itemPage>;

/**
 * The events of `GET /_emulator/stream`, each with its `event:` name. The `id:` of each is `<epoch>-<revision>`: a client that
 * reconnects with `Last-Event-ID` gets the present state of every item that has changed since.
 */
export const streamEvents = {
  /** The first one of every connection. */
  hello: z.object({
    mailbox: z.string(),
    isComplete: z.boolean().describe('False: items may have been missed; read the list again.'),
  }),
  /** An item is new or has changed. */
  item: itemSummary,
  /** Items were removed, because they were reset or because newer ones took their place. */
  removed: z.object({ items: z.array(z.object({ channel, id: z.string() })) }),
  /** Everything was removed. */
  reset: z.object({}),
  /** Faults, quotas, events, keys, the clock or the mailboxes were changed, or a typing notification arrived. */
  changed: z.object({
    what: z.enum(['faults', 'quotas', 'events', 'keys', 'clock', 'mailboxes', 'typing']),
    thread: z.string().optional(),
  }),
} as const;

export type StreamEvents = { readonly [Name in keyof typeof streamEvents]: z.infer<(typeof streamEvents)[Name]> };
