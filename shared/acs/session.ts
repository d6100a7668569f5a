import type * as z from 'zod';
import { withoutNullMembers } from '../contract/validate.ts';
import type { AcsService } from '../settings/settings.ts';
import { inDoubt } from './acsError.ts';
import type { AcsAnswer, AcsRequest } from './request.ts';
import type { Transport } from './transport.ts';

/** Access to ACS during one invocation: the first parameter of every operation in `shared/acs`. */
export interface AcsSession {
  /** Sends a request. @throws SwitchboardError see `createTransport` */
  send(request: Omit<AcsRequest, 'clientRequestId'>): Promise<AcsAnswer<unknown>>;
  /** Switchboard's address for callers without a trailing slash; replaces that of ACS in URLs. */
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
 * Parses the body of a response. Members that are null count as absent where the schema does not allow null: ACS's services
 * differ in whether they write them, also between API versions.
 *
 * @throws SwitchboardError `UpstreamInDoubt` if the body does not match the schema: ACS processed the request, and another
 * one may take effect twice; `UpstreamUnavailable` if that is harmless
 */
export function expectShape<Schema extends z.ZodType>(
  schema: Schema,
  answer: AcsAnswer<unknown>,
): AcsAnswer<z.output<Schema>> {
  const asWritten = schema.safeParse(answer.body);
  const result = asWritten.success ? asWritten : schema.safeParse(withoutNullMembers(answer.body));
  if (result.success) return { ...answer, body: result.data };
  throw inDoubt('ACS’s response had an unknown format', answer, result.error);
}
