import * as z from 'zod';
import { createNormalizer } from './normalize.ts';
import type { Case, SentRequest, Side } from './side.ts';

export interface Outcome {
  /** What the method returned, with its normalized ids and times. */
  readonly result?: unknown;
  /** What it threw. */
  readonly error?: ThrownError;
  /** What was sent while it ran. */
  readonly requests: readonly SentRequest[];
}

/** What an app can see of an error. */
export interface ThrownError {
  readonly class: string;
  readonly name: string;
  readonly statusCode: unknown;
  readonly code: unknown;
  /** Of an error in this process, its message: those of a service are its own. */
  readonly message: string;
  /** Where the error has ACS's envelope, `{ error: { code, message } }`: the SDKs differ in this. */
  readonly envelope: string | undefined;
}

/** Prepares the state that a case needs, then runs what it compares. */
export async function runCase(side: Side, prepare: Case): Promise<Outcome> {
  const act = await prepare(side);
  side.takeRequests();
  try {
    const result = createNormalizer()(await act());
    return { result, requests: side.takeRequests() };
  } catch (error) {
    return { error: describeError(error), requests: side.takeRequests() };
  }
}

function describeError(error: unknown): ThrownError {
  if (!(error instanceof Error)) throw new Error('Something else than an error was thrown.', { cause: error });
  const { statusCode, code, details } = serviceError.parse(error);
  return {
    ...{ class: error.constructor.name, name: error.name, statusCode, code },
    message: statusCode === undefined ? error.message : typeof error.message,
    envelope: ['details', 'details.body'].find((path) => isEnvelope(path === 'details' ? details : bodyOf(details))),
  };
}

const bodyOf = (details: unknown): unknown => z.object({ body: z.unknown() }).safeParse(details).data?.body;

const isEnvelope = (it: unknown): boolean => envelope.safeParse(it).success;

const serviceError = z.object({
  statusCode: z.unknown().optional(),
  code: z.unknown().optional(),
  details: z.unknown().optional(),
});

const envelope = z.object({ error: z.object({ code: z.string().min(1), message: z.string().min(1) }) });
