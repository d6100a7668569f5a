import { readFileSync } from 'node:fs';
import * as z from 'zod';

const hostJson = z.object({
  extensions: z.object({ queues: z.object({ batchSize: z.int(), newBatchThreshold: z.int() }) }),
});

/** How many queue messages Switchboard's functions host handles at a time; peers have as many calls of the provider under way. */
export function concurrentCalls(): number {
  const { queues } = hostJson.parse(JSON.parse(readFileSync('host.json', 'utf8'))).extensions;
  return queues.batchSize + queues.newBatchThreshold;
}
