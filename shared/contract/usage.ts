import * as z from 'zod';
import { LIMIT_NAMES } from '../settings/clientSettings.ts';
import * as examples from './examples.ts';

/** A client's own limits. What is counted over time has the last four members. */
export const usage = z.lazy(() =>
  z
    .strictObject({
      client: z.string(),
      limits: z.array(
        z.strictObject({
          limit: z.enum(LIMIT_NAMES),
          maximum: z.int(),
          used: z.int().optional(),
          remaining: z.int().optional(),
          /** Until everything that is used now is available again. */
          resetSeconds: z.int().optional(),
        }),
      ),
    })
    .meta({ id: 'Usage', examples: [examples.usage] }),
);

export type Usage = z.output<typeof usage>;
