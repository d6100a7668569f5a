import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { isCurrentJwt } from '../acs/userToken.ts';
import type { Caller } from '../clients/caller.ts';
import type { SignedRequest } from '../clients/clients.ts';
import { identifierText } from '../contract/common.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { validate } from '../contract/validate.ts';
import { Meter } from '../limits/meter.ts';
import type { Runtime } from '../runtime.ts';
import { LOOPBACK } from '../settings/loopback.ts';
import type { Settings } from '../settings/settings.ts';
import { type ReceivedHeaders, verifyBody } from '../signing/verify.ts';
import type { AnyOperation } from './definition.ts';

const actingUserHeader = z.lazy(() => z.object({ 'acting-user': identifierText.optional() }));

const BEARER = /^Bearer +(\S+)$/i;

export interface Authenticated {
  readonly caller: Caller;
  /** Undefined for a user token. */
  readonly signed: SignedRequest | undefined;
}

/**
 * Identifies the caller by the request's headers alone: a client by its signature or, where the operation acts as a user,
 * the user of a bearer token, which ACS itself verifies.
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
    assertUserToken(operation, userToken, runtime);
    return { caller: { kind: 'user', userToken }, signed: undefined };
  }
  const signed = verifySignature(request, runtime);
  const { 'acting-user': actingUser } = validate(actingUserHeader, {
    'acting-user': request.headers.get('acting-user') ?? undefined,
  });
  // An unsigned header could be added or changed in an intercepted request.
  if (actingUser !== undefined && !signed.moreHeaders.includes('acting-user')) throw unsignedActingUser();
  const meter = new Meter(runtime.limits, signed.client);
  return { caller: { kind: 'client', client: signed.client, actingUser, meter }, signed };
}

function assertUserToken({ actsAsUser }: Pick<AnyOperation, 'actsAsUser'>, userToken: string, runtime: Runtime): void {
  if (!runtime.settings.userTokens) {
    throw new SwitchboardError(
      'Denied',
      'This Switchboard takes no user tokens (USER_TOKENS is off): sign the request.',
    );
  }
  if (!actsAsUser) {
    throw new SwitchboardError('Denied', 'User tokens are for chat; this operation takes a signature (HMAC-SHA256).');
  }
  if (!isCurrentJwt(userToken, runtime.now())) {
    throw new SwitchboardError('Denied', 'The bearer token is not a user access token of ACS, or has expired.');
  }
}

function verifySignature(request: HttpRequest, { clients, settings, now }: Runtime): SignedRequest {
  const { isOurs, hosts } = signedHosts(receivedHosts(request), settings);
  try {
    return clients.authenticate({ ...receivedHeaders(request, settings), hosts }, now());
  } catch (error) {
    if (isOurs || !(error instanceof SwitchboardError)) throw error;
    const hint =
      "The request arrived under a host that is not Switchboard's own: PUBLIC_URL must be the address that callers use.";
    throw new SwitchboardError('Denied', `${error.message} ${hint}`, { cause: error });
  }
}

function unsignedActingUser(): SwitchboardError {
  const message =
    "The header 'acting-user' must be signed: add ';acting-user' to SignedHeaders, and a line 'acting-user:<value>' to the string to sign.";
  return new SwitchboardError('Denied', message, { target: 'acting-user' });
}

/** @throws SwitchboardError `Denied` if the caller signed another body */
export function assertSignedBody({ signed }: Authenticated, body: Uint8Array): void {
  if (signed === undefined) return;
  const verification = verifyBody(signed.contentHash, body);
  if (!verification.ok) throw new SwitchboardError('Denied', verification.message);
}

/**
 * The request as its sender may have signed it. The host has decoded the percent-encoding of the path; App Service passes
 * the original path in a header of its own.
 *
 * @see https://learn.microsoft.com/azure/app-service/ (`x-waws-unencoded-url`)
 */
function receivedHeaders(request: HttpRequest, { isLocal }: Runtime['settings']): Omit<ReceivedHeaders, 'hosts'> {
  const url = new URL(request.url);
  const pathAsSent = request.headers.get('x-waws-unencoded-url')?.split('?')[0] ?? url.pathname;
  return {
    method: request.method,
    // The header may only spell the same path differently: a signature for one path must not open another.
    target: (isSamePath(pathAsSent, url.pathname) ? pathAsSent : url.pathname) + url.search,
    pathWasDecoded: true,
    isLoopbackHttp: isLocal && url.protocol === 'http:' && LOOPBACK.test(url.hostname),
    header: (name: string) => request.headers.get(name),
  };
}

/** The hosts that the request names; App Service passes the requested host in `disguised-host`. */
function receivedHosts(request: HttpRequest): readonly string[] {
  const hosts = [request.headers.get('host'), request.headers.get('disguised-host'), new URL(request.url).host];
  return hosts.filter((host) => host !== null);
}

function isSamePath(one: string, other: string): boolean {
  try {
    const [decodedOne, decodedOther] = [one, other].map((path) => path.split('/').map(decodeURIComponent));
    return JSON.stringify(decodedOne) === JSON.stringify(decodedOther);
  } catch {
    return false; // not valid percent-encoding
  }
}

/**
 * The hosts for which a client may have signed: Switchboard's own, whatever the request says about itself. A signature for
 * another system with the same key is not valid here, and a gateway in front may send any `Host`.
 *
 * @param received the hosts that the request names: `Host`, and those in headers of the platform
 */
export function signedHosts(
  received: readonly string[],
  { ownHosts, isLocal }: Pick<Settings, 'ownHosts' | 'isLocal'>,
): {
  /** Most likely first. */
  readonly hosts: readonly string[];
  /** Whether the request arrived under one of them. */
  readonly isOurs: boolean;
} {
  const ownNames = ownHosts.map(nameOf);
  const ours = received.filter((host) => ownNames.includes(nameOf(host)) || (isLocal && LOOPBACK.test(nameOf(host))));
  return { hosts: [...new Set([...ours, ...ownHosts])], isOurs: ours.length > 0 };
}

/** Without the port, which is that of the platform's own proxy. */
function nameOf(host: string): string {
  const [, name = ''] = /^(\[[^\]]*\]|[^:[]*)(?::\d+)*$/.exec(host) ?? [];
  return name.toLowerCase();
}
