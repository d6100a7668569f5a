import * as z from 'zod';
import { dateTime, nextLink, wholeNumber } from './common.ts';
import * as examples from './examples.ts';

const AUDIT_TRIGGERS = ['http', 'queue', 'operator', 'switchboard'] as const;

const AUDIT_RESOURCES = ['smsBatch', 'email', 'identity', 'chatThread', 'chatMessage'] as const;

const word = z.lazy(() =>
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be a name of letters, digits, dots, dashes or underscores'),
);

export const listAuditEntriesParams = z.lazy(() =>
  z.strictObject({
    maxPageSize: wholeNumber(1, 1000)
      .optional()
      .meta({ description: 'Maximum number of entries on a page.', examples: [100] }),
    after: z
      .string()
      .regex(/^\d{13}-[A-Za-z0-9-]{1,100}$/, 'must come from nextLink')
      .optional()
      .meta({ description: 'Where the page starts. Taken from `nextLink`.', examples: [examples.auditCursor] }),
    from: dateTime
      .optional()
      .meta({ description: 'Only entries at or after this time.', examples: ['2026-01-15T00:00:00Z'] }),
    to: dateTime.optional().meta({ description: 'Only entries before this time.', examples: ['2026-01-16T00:00:00Z'] }),
    operation: word.optional().meta({ description: 'Only entries of this operation.', examples: ['submitSmsBatch'] }),
    client: word.optional().meta({
      description:
        'Only entries of this client. For clients with the permission `operator`, which see all clients by default; others see only their own entries.',
      examples: ['shop'],
    }),
  }),
);

const auditedResource = z.lazy(() =>
  z.object({
    type: z.enum(AUDIT_RESOURCES).describe('The type of the resource.'),
    id: z.string().describe('The id of the resource.'),
  }),
);

const auditedRecipients = z.lazy(() =>
  z.object({
    accepted: z.int().describe('Recipients whose message was accepted.'),
    refused: z.int().describe('Recipients whose message was refused.'),
  }),
);

export const auditEntry = z.lazy(() =>
  z
    .object({
      time: dateTime.describe('When the operation was performed or refused.'),
      client: z.string().describe('Name of the client.'),
      trigger: z.enum(AUDIT_TRIGGERS).describe('How the operation was started.'),
      operation: z.string().describe('Name of the operation.'),
      status: z.int().optional().describe('HTTP status of the response.'),
      code: z.string().optional().describe('Error code, if the operation failed.'),
      requestId: z
        .string()
        .optional()
        .describe('The `x-ms-request-id` of the response, or the id that the queue gave the message.'),
      actingUser: z.string().optional().describe('Chat: the ACS user on whose behalf the client acted.'),
      resource: auditedResource.optional().describe('The resource that was created or changed.'),
      recipients: auditedRecipients
        .optional()
        .describe('Number of recipients. Numbers and addresses are not recorded.'),
    })
    .meta({ id: 'AuditEntry', description: 'An operation that a client performed.', examples: [examples.auditEntry] }),
);

export const auditEntryPage = z.lazy(() =>
  z
    .object({
      value: z.array(auditEntry).describe('The entries on this page, newest first.'),
      nextLink: nextLink.optional(),
    })
    .meta({ id: 'AuditEntryPage', description: 'A page of the audit log.', examples: [examples.auditEntryPage] }),
);

export type AuditTrigger = (typeof AUDIT_TRIGGERS)[number];
export type AuditEntryView = z.output<typeof auditEntry>;
export interface AuditResource {
  readonly type: (typeof AUDIT_RESOURCES)[number];
  readonly id: string;
}
