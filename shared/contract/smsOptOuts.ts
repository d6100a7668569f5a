import * as z from 'zod';
import { dateTime, identifierText, nextLink, wholeNumber } from './common.ts';
import * as examples from './examples.ts';
import { MAXIMUM_SMS_RECIPIENTS, smsSender } from './sms.ts';

const optOutRecipient = z.lazy(() =>
  z.object({
    // As in `sendSms`, ACS validates each recipient separately.
    to: z.string().min(1).describe('Phone number of the recipient in E.164 format.'),
  }),
);

/** @see ACS SMS REST 2026-01-23 `OptOutRequest` */
export const smsOptOutRequest = z.lazy(() =>
  z
    .object({
      from: smsSender.describe('The sender that the recipients opt out of or back in to.'),
      recipients: z.array(optOutRecipient).min(1).max(MAXIMUM_SMS_RECIPIENTS).describe('The recipients.'),
    })
    .meta({
      id: 'SmsOptOutRequest',
      description: 'A sender, and recipients of its messages.',
      examples: [examples.smsOptOutRequest],
    }),
);

const optOutItem = z.lazy(() =>
  z.looseObject({
    to: z.string().describe('Phone number of the recipient.'),
    httpStatusCode: z.int().describe('HTTP status for this recipient; 200 if it succeeded.'),
    errorMessage: z.string().nullish().describe('Why it failed: a message of ACS, or `DestinationNotAllowed`.'),
  }),
);

export const smsOptOutResult = z.lazy(() =>
  z.looseObject({ value: z.array(optOutItem).describe('One result for each recipient.') }).meta({
    id: 'SmsOptOutResult',
    description: 'The result for each recipient of a change of opt-outs.',
    examples: [examples.smsOptOutResult],
  }),
);

export const smsOptOutCheckResult = z.lazy(() =>
  z
    .looseObject({
      value: z
        .array(
          optOutItem.unwrap().extend({
            isOptedOut: z
              .boolean()
              .nullish()
              .describe('Whether the recipient has opted out, as ACS or Switchboard knows. Absent if neither does.'),
          }),
        )
        .describe('One result for each recipient.'),
    })
    .meta({
      id: 'SmsOptOutCheckResult',
      description: 'Whether each recipient has opted out.',
      examples: [examples.smsOptOutCheckResult],
    }),
);

export type SmsOptOutRequest = z.output<typeof smsOptOutRequest>;
export type SmsOptOutResult = z.output<typeof smsOptOutCheckResult>;

export const listSmsOptOutsParams = z.lazy(() =>
  z.strictObject({
    from: smsSender
      .optional()
      .meta({ description: 'Only opt-outs of this sender.', examples: [examples.smsOptOut.from] }),
    maxPageSize: wholeNumber(1, 1000)
      .optional()
      .meta({ description: 'Maximum number of opt-outs on a page.', examples: [100] }),
    after: identifierText
      .optional()
      .meta({ description: 'Where the page starts. Taken from `nextLink`.', examples: [examples.optOutCursor] }),
  }),
);

const smsOptOut = z.lazy(() =>
  z
    .object({
      from: z.string().describe('The sender.'),
      to: z.string().describe('Phone number of the recipient who has opted out of messages from the sender.'),
      optedOutOn: dateTime.describe('When the recipient opted out.'),
    })
    .meta({ id: 'SmsOptOut', description: 'An opt-out from a sender.', examples: [examples.smsOptOut] }),
);

export const smsOptOutPage = z.lazy(() =>
  z
    .object({ value: z.array(smsOptOut).describe('The opt-outs on this page.'), nextLink: nextLink.optional() })
    .meta({ id: 'SmsOptOutPage', description: 'A page of opt-outs.', examples: [examples.smsOptOutPage] }),
);

/** Accents of Latin letters, and the variation selectors that follow emoji. */
const ACCENTS = /[\u0300-\u036f\ufe00-\ufe0f]/g;

/** Everything that is not part of a word in any script: spaces, punctuation, symbols, invisible characters. */
const NO_WORD = /[^\p{L}\p{M}\p{N}]/gu;

/** The normal form of a keyword: `Opt-out.`, `OPT OUT` and `ｏｐｔｏｕｔ` all yield `OPTOUT`, and `Arrêt` yields `ARRET`. */
export function keywordOf(text: string): string {
  return text.normalize('NFKD').replaceAll(ACCENTS, '').replaceAll(NO_WORD, '').toUpperCase();
}

/** Keywords with which people opt in again; ACS then delivers again. @see "SMS FAQ" (ACS) */
export const OPT_IN_KEYWORDS = ['START', 'UNSTOP'] as const;
