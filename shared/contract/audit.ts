import * as z from 'zod';
import { dateTime, wholeNumber } from './common.ts';
import * as examples from './examples.ts';

const AUDIT_TRIGGERS = ['http', 'queue', 'operator', 'switchboard'] as const;

const AUDIT_RESOURCES = ['smsBatch', 'email', 'identity', 'chatThread', 'chatMessage'] as const;

const word = z.lazy(() => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be a name'));

export const listAuditEntriesParams = z.lazy(() =>
  z.strictObject({
    maxPageSize: wholeNumber(1, 1000).optional(),
    /** Where the page begins; from `nextLink`. */
    after: z
      .string()
      .regex(/^\d{13}-[A-Za-z0-9-]{1,100}$/, 'must come from nextLink')
      .optional(),
    /** Entries at this time or later. */
    from: dateTime.optional(),
    /** Entries before this time. */
    to: dateTime.optional(),
    operation: word.optional(),
    /** For a client with `operator`; without it, it gets the entries of all. */
    client: word.optional(),
  }),
);

export const auditEntry = z.lazy(() =>
  z
    .object({
      time: dateTime,
      client: z.string(),
      trigger: z.enum(AUDIT_TRIGGERS),
      operation: z.string(),
      status: z.int().optional(),
      code: z.string().optional(),
      requestId: z.string().optional(),
      actingUser: z.string().optional(),
      resource: z.object({ type: z.enum(AUDIT_RESOURCES), id: z.string() }).optional(),
      recipients: z.object({ accepted: z.int(), refused: z.int() }).optional(),
    })
    .meta({ id: 'AuditEntry', examples: [examples.auditEntry] }),
);

export const auditEntryPage = z.lazy(() =>
  z
    .object({ value: z.array(auditEntry), nextLink: z.string().optional() })
    .meta({ id: 'AuditEntryPage', examples: [examples.auditEntryPage] }),
);

export type AuditTrigger = (typeof AUDIT_TRIGGERS)[number];
export type AuditEntryView = z.output<typeof auditEntry>;
export interface AuditResource {
  readonly type: (typeof AUDIT_RESOURCES)[number];
  readonly id: string;
}
