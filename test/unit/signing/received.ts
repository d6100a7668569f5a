import type { SignatureHeaders } from '../../../shared/signing/composition.ts';
import { authorizationOf, DATE, type Vector } from '../../../shared/signing/vectors.ts';
import type { ReceivedRequest } from '../../../shared/signing/verify.ts';

/** A received request whose headers can be changed one by one; undefined removes one. */
export interface Arrival extends Omit<ReceivedRequest, 'header' | 'body'> {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export function received({ headers, body, ...rest }: Arrival): ReceivedRequest {
  return {
    ...rest,
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    header: (name) => headers[name] ?? null,
  };
}

/** The vector as it arrives at the server. */
export function arrivalOf(vector: Vector): Arrival {
  const { method, target, host, body } = vector;
  const headers = {
    authorization: authorizationOf(vector.signature),
    'x-ms-date': DATE,
    'x-ms-content-sha256': vector.contentHash,
  };
  return { method, target, hosts: [host], body, headers };
}

/** The request that was signed for `url`, as it arrives at the server. */
export function arrivalOfSigned(
  method: string,
  url: string,
  body: string | Uint8Array,
  signed: SignatureHeaders,
): Arrival {
  const { pathname, search } = new URL(url);
  return { method, target: pathname + search, hosts: [signed.host], body, headers: { ...signed } };
}
