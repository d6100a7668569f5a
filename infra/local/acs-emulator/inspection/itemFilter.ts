import * as z from 'zod';
import { partyParameter } from './inspectionRoute.ts';
import { channel } from './items.ts';

/** The query parameters that select items. */
export const itemFilter = z.object({
  channel: channel
    .optional()
    .describe('Only items of this channel. Without it, all channels but `request`, which must be asked for.'),
  to: partyParameter.optional().describe('Part of a recipient, such as a number or an address.'),
  from: partyParameter.optional().describe('Part of the sender.'),
  subject: z.string().optional().describe('Part of the subject, or of the topic of a chat thread.'),
  status: z.string().optional().describe('Part of the status, e.g. `Delivered`.'),
  text: partyParameter.optional().describe('Part of the text, of a party, of the subject or of the id.'),
});
