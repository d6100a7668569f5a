import * as z from 'zod';
import { dateTime, identifierText, nextLink, wholeNumber } from './common.ts';
import * as examples from './examples.ts';
import { smsSender } from './sms.ts';

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
