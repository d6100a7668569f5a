import * as z from 'zod';
import { traceparent } from '../contract/queuemessage.ts';

/** The message that asks for the next chunks of a batch to be given their sending times. */
export const splitMessage = z.lazy(() =>
  z.strictObject({ client: z.string(), batch: z.string(), traceparent: traceparent.optional() }),
);

export type SplitMessage = z.output<typeof splitMessage>;

/** The message that asks for one chunk to be sent. */
export const chunkMessage = z.lazy(() =>
  z.strictObject({
    client: z.string(),
    batch: z.string(),
    chunk: z.int(),
    /** The recipients, where they fit; else they are read from the batch's file. */
    recipients: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])).optional(),
    traceparent: traceparent.optional(),
  }),
);

export type ChunkMessage = z.output<typeof chunkMessage>;
