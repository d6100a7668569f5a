import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { identifierText } from '../contract/common.ts';
import { LOOPBACK } from '../contract/origins.ts';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import { validate } from '../contract/validate.ts';
import { type ReceivedHeaders, verifyBody } from '../signing/verify.ts';
import type { AnyOperation } from './definition.ts';
import type { Caller } from './execute.ts';
import type { Runtime } from './runtime.ts';
import { isCurrentJwt } from './userToken.ts';

const actingUserHeader = z.lazy(() => z.object({ 'acting-user': identifierText.optional() }));

const BEARER = /^Bearer +(\S+)$/i;

export interface Authenticated {
  readonly caller: Caller;
  /** The hash that the body must have; undefined where the caller did not sign. */
  readonly contentHash: string | undefined;
}

/**
 * Identifies the caller by the request's headers alone: a client by its signature or, where the operation acts as a user,
 * the user of a bearer token (ACS itself verifies the token).
 *
 * @throws SwitchboardError `Denied`, or `InvalidRequest` for an acting user that cannot exist
 */
export function authenticate(
  operation: Pick<AnyOperation, 'actsAsUser'>,
  request: HttpRequest,
  runtime: Runtime,
): Authenticated {
  if (runtime.clients.isEmpty) {
    throw new SwitchboardError('Denied', 'Switchboard has no clients: the setting CLIENTS is empty.');
  }
  const userToken = BEARER.exec(request.headers.get('authorization') ?? '')?.[1];
  if (userToken !== undefined) {
    if (!operation.actsAsUser) {
      throw new SwitchboardError('Denied', 'User tokens are for chat; this operation takes a signature (HMAC-SHA256).');
    }
    if (!isCurrentJwt(userToken, runtime.now())) {
      throw new SwitchboardError('Denied', 'The bearer token is not a user access token of ACS, or has expired.');
    }
    return { caller: { kind: 'user', userToken }, contentHash: undefined };
  }
  const { client, contentHash } = runtime.clients.authenticate(receivedHeaders(request), runtime.now());
  const { 'acting-user': actingUser } = validate(actingUserHeader, {
    'acting-user': request.headers.get('acting-user') ?? undefined,
  });
  return { caller: { kind: 'client', client, actingUser }, contentHash };
}

/** @throws SwitchboardError `Denied` when the caller signed another body */
export function assertSignedBody({ contentHash }: Authenticated, body: Uint8Array): void {
  if (contentHash === undefined) return;
  const verification = verifyBody(contentHash, body);
  if (!verification.ok) throw new SwitchboardError('Denied', verification.message);
}

/**
 * The request as its sender may have signed it. The host has undone the percent-encoding of the path; App Service passes
 * the path and the host as sent in two headers of its own.
 *
 * @see https://learn.microsoft.com/azure/app-service/ (`x-waws-unencoded-url`, `disguised-host`)
 */
function receivedHeaders(request: HttpRequest): ReceivedHeaders {
  const url = new URL(request.url);
  const pathAsSent = request.headers.get('x-waws-unencoded-url')?.split('?')[0] ?? url.pathname;
  const hosts = [request.headers.get('host'), request.headers.get('disguised-host'), url.host];
  return {
    method: request.method,
    // The header may only spell the same path differently: a signature for one path must not open another.
    target: (isSamePath(pathAsSent, url.pathname) ? pathAsSent : url.pathname) + url.search,
    pathWasDecoded: true,
    isLoopbackHttp: url.protocol === 'http:' && LOOPBACK.test(url.hostname),
    hosts: hosts.filter((host) => host !== null),
    header: (name: string) => request.headers.get(name),
  };
}

function isSamePath(one: string, other: string): boolean {
  try {
    const [decodedOne, decodedOther] = [one, other].map((path) => path.split('/').map(decodeURIComponent));
    return JSON.stringify(decodedOne) === JSON.stringify(decodedOther);
  } catch {
    return false; // not valid percent-encoding
  }
}
