import * as z from 'zod';
import { LIMIT_NAMES } from '../settings/clientSettings.ts';
import * as examples from './examples.ts';

const limitUsage = z.lazy(() =>
  z.strictObject({
    limit: z.enum(LIMIT_NAMES).describe('Name of the limit. Messages are counted per recipient.'),
    maximum: z.int().describe('The limit.'),
    used: z.int().optional().describe('How much of the limit is used. Only for limits per minute or per day.'),
    remaining: z.int().optional().describe('How much of the limit remains.'),
    resetSeconds: z.int().optional().describe('Seconds until the full limit is available again.'),
  }),
);

/** `used`, `remaining` and `resetSeconds` are present where messages or requests are counted over time. */
export const usage = z.lazy(() =>
  z
    .strictObject({
      client: z.string().describe('Name of the client.'),
      limits: z.array(limitUsage).describe('The limits of the client. Anything not listed is unlimited.'),
    })
    .meta({ id: 'Usage', description: 'Limits of a client and their usage.', examples: [examples.usage] }),
);

export type Usage = z.output<typeof usage>;
