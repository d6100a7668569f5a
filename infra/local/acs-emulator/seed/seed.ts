import * as z from 'zod';
import { emailContent } from '../email/emailContent.ts';
import { DELIVERY_STATUSES } from '../email/emailStore.ts';
import { faultsSchema } from '../http/faultSchema.ts';
import { quotas } from '../quotas/quotasSchema.ts';
import { OPERATIONS } from '../serviceRoutes.ts';
import { isPhoneNumber, senderKind } from '../sms/senders.ts';
import { SMS_DELIVERY_STATUSES } from '../sms/smsStore.ts';

// What a mailbox contains, as one JSON document: `GET /_emulator/export` writes it, and `POST /_emulator/seed` reads it. Ids and
// times can be left out in one that a person writes.

const id = z.string().min(1).exactOptional();
const time = z.iso.datetime();
const at = time.exactOptional().describe('Default: now.');
const count = z.int().min(0);
const strings = z.record(z.string(), z.string());

const sender = z.string().refine((it) => senderKind(it) !== undefined, 'must be a sender');
const phone = z.string().refine(isPhoneNumber, 'must be a phone number');

const sentSms = z.strictObject({
  direction: z.literal('sent').exactOptional(),
  ...{ id, at },
  from: sender,
  to: phone,
  message: z.string().max(2048),
  options: z
    .looseObject({
      enableDeliveryReport: z.boolean(),
      tag: z.string().exactOptional(),
      deliveryReportTimeoutInSeconds: z.int().exactOptional(),
      messagingConnect: z.looseObject({ partner: z.string() }).exactOptional(),
    })
    .exactOptional()
    .describe('`smsSendOptions` of the request.'),
  repeatability: z.strictObject({ requestId: z.guid(), firstSent: time }).exactOptional(),
  repeats: count.max(10_000).exactOptional(),
  optedOut: z.literal(true).exactOptional().describe('The recipient had opted out: it was not delivered.'),
  delivery: z
    .strictObject({ status: z.enum(SMS_DELIVERY_STATUSES), details: z.string() })
    .exactOptional()
    .describe('The state that was set by hand.'),
});

const receivedSms = z.strictObject({
  direction: z.literal('received'),
  ...{ id, at },
  from: phone,
  to: sender,
  message: z.string(),
});

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const email = emailContent
  .extend({
    ...{ id, at },
    senderAddress: z.string().regex(/@/, 'must be an address'),
    repeats: count.max(10_000).exactOptional(),
    deliveries: z
      .array(z.strictObject({ recipient: z.string(), status: z.enum(DELIVERY_STATUSES) }))
      .exactOptional()
      .describe('The statuses that were set by hand.'),
  })
  .refine(({ recipients: { to, cc, bcc } }) => [to, cc, bcc].some((list) => list && list.length > 0), {
    error: 'must have a recipient',
    path: ['recipients'],
  })
  .refine(({ attachments }) => (attachments ?? []).every(({ contentInBase64 }) => BASE64.test(contentInBase64)), {
    error: 'must be base64',
    path: ['attachments'],
  });

const participant = z.strictObject({
  id: z.string().min(1),
  displayName: z.string().exactOptional(),
  shareHistoryTime: time.exactOptional(),
  metadata: strings.exactOptional(),
});

const shared = {
  id: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a number')
    .exactOptional(),
  at,
  version: z.string().exactOptional(),
  sequence: count.exactOptional(),
};

const message = z.strictObject({
  type: z.enum(['text', 'html']).exactOptional(),
  ...shared,
  sender: z.string().min(1),
  senderDisplayName: z.string().exactOptional(),
  content: z.string(),
  metadata: strings.exactOptional(),
  editedOn: time.exactOptional(),
  deletedOn: time.exactOptional(),
});

const topicMessage = z.strictObject({
  type: z.literal('topicUpdated'),
  ...shared,
  topic: z.string(),
  initiator: z.string(),
});

const participantMessage = z.strictObject({
  type: z.enum(['participantAdded', 'participantRemoved']),
  ...shared,
  participants: z.array(participant),
  initiator: z.string(),
});

const thread = z.strictObject({
  ...{ id, at },
  topic: z.string(),
  createdBy: z.string().exactOptional().describe('Default: the first participant.'),
  participants: z.array(participant),
  formerParticipants: z.array(z.string()).exactOptional(),
  metadata: strings.exactOptional(),
  retentionPolicy: z
    .union([
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('threadCreationDate'), deleteThreadAfterDays: z.int().min(30).max(90) }),
    ])
    .exactOptional(),
  messages: z.array(z.union([message, topicMessage, participantMessage])).exactOptional(),
  receipts: z.array(z.strictObject({ reader: z.string(), messageId: z.string(), at: time })).exactOptional(),
  lastMessageReceivedOn: time.exactOptional(),
  deletedOn: time.exactOptional(),
});

/** Numbers after it are still whole ones. */
const MAXIMUM_TOKEN_NUMBER = 1_000_000_000;

const identity = z.strictObject({
  ...{ id, at },
  tokens: z
    .array(
      z.strictObject({
        number: z.int().min(1).max(MAXIMUM_TOKEN_NUMBER),
        scopes: z.array(z.string()),
        issuedOn: time,
        expiresOn: time,
      }),
    )
    .exactOptional()
    .describe('What is known of them; the tokens themselves are not stored.'),
  revokedUpTo: count.exactOptional().describe('The number of the last token that was revoked.'),
  isDeleted: z.boolean().exactOptional(),
});

export const seedFaults = faultsSchema(OPERATIONS);

export const seed = z.strictObject({
  version: z.literal(1),
  sms: z.array(z.union([sentSms, receivedSms])).exactOptional(),
  emails: z.array(email).exactOptional().describe('Request bodies of ACS, with `id` and `at`.'),
  threads: z.array(thread).exactOptional(),
  identities: z.array(identity).exactOptional(),
  optOuts: z.array(z.strictObject({ from: sender, to: phone })).exactOptional(),
  faults: seedFaults.exactOptional().describe('Replace the present ones.'),
  quotas: quotas.exactOptional().describe('Replace the present ones.'),
});

export type Seed = z.infer<typeof seed>;
export type SeedSms = NonNullable<Seed['sms']>[number];
export type SeedEmail = NonNullable<Seed['emails']>[number];
export type SeedThread = NonNullable<Seed['threads']>[number];
export type SeedMessage = NonNullable<SeedThread['messages']>[number];
export type SeedParticipant = z.infer<typeof participant>;
export type SeedIdentity = NonNullable<Seed['identities']>[number];
