import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { identifierText } from '../contract/common.ts';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import { validate } from '../contract/validate.ts';
import type { AnyOperation } from './definition.ts';
import type { Caller } from './execute.ts';
import type { Runtime } from './runtime.ts';

const actingUserHeader = z.lazy(() => z.object({ 'acting-user': identifierText.optional() }));

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Who sent this HTTP request: a client by its signature, or, where the operation acts as a user, the user whose token
 * it bears (ACS itself judges the token).
 *
 * @throws SwitchboardError `Denied`, or `InvalidRequest` for an acting user that nobody can be
 */
export function authenticate(
  operation: Pick<AnyOperation, 'actsAsUser'>,
  request: HttpRequest,
  body: Uint8Array,
  runtime: Runtime,
): Caller {
  if (runtime.clients.isEmpty) {
    throw new SwitchboardError('Denied', 'Switchboard has no clients: the setting CLIENTS is empty.');
  }
  const userToken = BEARER.exec(request.headers.get('authorization') ?? '')?.[1];
  if (userToken !== undefined) {
    if (operation.actsAsUser) return { kind: 'user', userToken };
    throw new SwitchboardError('Denied', 'User tokens are for chat; this operation takes a signature (HMAC-SHA256).');
  }
  const client = runtime.clients.authenticate(receivedRequest(request, body), runtime.now());
  const { 'acting-user': actingUser } = validate(actingUserHeader, {
    'acting-user': request.headers.get('acting-user') ?? undefined,
  });
  return { kind: 'client', client, actingUser };
}

/**
 * The request as its sender may have signed it. The host has undone the percent-encoding of the path; App Service tells
 * the path and the host as they were sent in two headers of its own.
 *
 * @see https://learn.microsoft.com/azure/app-service/ (`x-waws-unencoded-url`, `disguised-host`)
 */
function receivedRequest(request: HttpRequest, body: Uint8Array) {
  const url = new URL(request.url);
  const pathAsSent = request.headers.get('x-waws-unencoded-url')?.split('?')[0] ?? url.pathname;
  const hosts = [request.headers.get('host'), request.headers.get('disguised-host'), url.host];
  return {
    method: request.method,
    // The header may only spell the same path differently: a signature for one path must not open another.
    target: (isSamePath(pathAsSent, url.pathname) ? pathAsSent : url.pathname) + url.search,
    pathWasDecoded: true,
    hosts: hosts.filter((host) => host !== null),
    header: (name: string) => request.headers.get(name),
    body,
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
