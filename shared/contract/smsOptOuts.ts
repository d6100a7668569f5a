import * as z from 'zod';
import { dateTime, identifierText, wholeNumber } from './common.ts';
import * as examples from './examples.ts';
import { smsSender } from './sms.ts';

export const listSmsOptOutsParams = z.lazy(() =>
  z.strictObject({
    /** Only those who have opted out of this sender. */
    from: smsSender.optional(),
    maxPageSize: wholeNumber(1, 1000).optional(),
    /** Where the page begins; from `nextLink`. */
    after: identifierText.optional(),
  }),
);

const smsOptOut = z.lazy(() =>
  z
    .object({
      /** The sender, and the person who does not want to hear from it. */
      from: z.string(),
      to: z.string(),
      optedOutOn: dateTime,
    })
    .meta({ id: 'SmsOptOut', examples: [examples.smsOptOut] }),
);

export const smsOptOutPage = z.lazy(() =>
  z
    .object({ value: z.array(smsOptOut), nextLink: z.string().optional() })
    .meta({ id: 'SmsOptOutPage', examples: [examples.smsOptOutPage] }),
);
