import * as z from 'zod';
import { senderKind } from '../sms/senders.ts';
import type { Quotas } from './quotas.ts';
import { RATED_KINDS } from './smsQuotas.ts';

const limit = z.int('a limit must be a whole number from 0').min(0, 'a limit must be a whole number from 0');

const smsRateName = z.string().refine((name) => RATED_KINDS.includes(name) || senderKind(name) !== undefined, {
  error: `unknown name; use ${RATED_KINDS.join(', ')} or a sender`,
});

const emailLimits = z.strictObject({
  sendsPerMinute: limit.optional(),
  sendsPerHour: limit.optional(),
  readsPerMinute: limit.optional(),
  readsPerHour: limit.optional(),
});

/** Quotas, as the emulator's own API and the options of the library take them. */
export const quotas = z.strictObject({
  sms: z
    .record(smsRateName, limit)
    .optional()
    .describe('Recipients per minute, by kind of sender (`tollFree`, `shortCode`, `alphanumeric`) or by exact sender.'),
  email: z
    .strictObject({ custom: emailLimits.optional(), managed: emailLimits.optional() })
    .optional()
    .describe("By kind of the sender's domain. `reads` are of the status of operations."),
  identity: z
    .strictObject({
      createIdentity: limit.optional(),
      deleteIdentity: limit.optional(),
      issueAccessToken: limit.optional(),
      revokeAccessTokens: limit.optional(),
      exchangeTeamsUserAccessToken: limit.optional(),
    })
    .optional()
    .describe('Requests in 30 seconds, by operation.'),
}) satisfies z.ZodType<Quotas>;
