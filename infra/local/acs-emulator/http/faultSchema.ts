import * as z from 'zod';
import type { Fault } from './fault.ts';

const MAXIMUM_FAULTS = 1000;

/**
 * Faults, as the emulator's own API and the options of the library take them.
 *
 * @param operations the names of the operations of the four services
 */
export function faultsSchema(operations: readonly string[]) {
  const names = ['*', ...operations];
  const status = 'must be "timeout", "reset" or an HTTP status from 400 to 599';
  const fault = z.strictObject({
    operation: z
      .enum(names, { error: ({ input }) => `Unknown operation${shown(input)}. Use one of: ${names.join(', ')}.` })
      .describe('The operation that fails; `*`: any of the four services.'),
    status: z
      .union([z.int(status).min(400, status).max(599, status), z.enum(['timeout', 'reset'])], { error: status })
      .describe('An HTTP status, an answer that never arrives, or a connection reset.'),
    retryAfterSeconds: z.int().min(0).optional().describe('The header `Retry-After` of the answer.'),
    count: z.int().min(1).optional().describe('How many requests fail; default: no limit.'),
    everyNth: z.int().min(1).optional().describe('Only every n-th request fails; default 1.'),
    afterEffect: z.boolean().optional().describe('The request takes effect, and only its answer is lost.'),
    seen: z
      .int()
      .optional()
      .describe('In answers: how many requests of the operation there were. Ignored in requests.'),
    fired: z.int().optional().describe('In answers: how many of them failed. Ignored in requests.'),
  }) satisfies z.ZodType<Fault>;
  return z.array(fault).max(MAXIMUM_FAULTS);
}

function shown(input: unknown): string {
  return typeof input === 'string' ? ` '${input.slice(0, 64)}'` : '';
}
