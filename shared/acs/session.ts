import type * as z from 'zod';
import type { AcsService } from '../settings/settings.ts';
import { failure } from './errors.ts';
import type { AcsAnswer, AcsRequest } from './request.ts';
import type { Transport } from './transport.ts';

/** Our way to ACS during one invocation: every operation of `shared/acs` takes it as its first argument. */
export interface AcsSession {
  /** Sends one request. @throws SwitchboardError as the transport does */
  send(request: Omit<AcsRequest, 'clientRequestId'>): Promise<AcsAnswer<unknown>>;
  /** Where callers reach Switchboard, no slash at the end: ACS's URLs are told to them under this address. */
  readonly publicUrl: string;
  readonly apiVersions: Readonly<Record<AcsService, string>>;
}

export function createSession(
  transport: Transport,
  facts: { publicUrl: string; apiVersions: AcsSession['apiVersions']; clientRequestId: string },
): AcsSession {
  const { clientRequestId, publicUrl, apiVersions } = facts;
  return { send: (request) => transport({ ...request, clientRequestId }), publicUrl, apiVersions };
}

/**
 * An answer whose body has the shape that its operation promises.
 *
 * @throws SwitchboardError `UpstreamInDoubt` when ACS answered with something else: it took the request, and a second
 * one may double it; `UpstreamUnavailable` where that is harmless
 */
export function expectShape<Schema extends z.ZodType>(
  schema: Schema,
  answer: AcsAnswer<unknown>,
): AcsAnswer<z.output<Schema>> {
  const result = schema.safeParse(answer.body);
  if (result.success) return { ...answer, body: result.data };
  throw failure('ACS answered in a form that Switchboard does not know', answer, result.error);
}
