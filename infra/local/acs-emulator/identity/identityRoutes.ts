import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { type Fields, pascal, readJson, UUID } from '../http/fields.ts';
import type { RouteResult } from '../http/response.ts';
import { type Call, defineRoutes, param, type Route } from '../http/route.ts';
import { acsError, type FieldError, type ServiceError } from '../http/serviceError.ts';
import type { IssuedToken } from './accessTokens.ts';
import { readTeamsToken } from './teamsTokens.ts';

export const identityRoutes = defineRoutes(
  { service: 'identity', auth: 'accessKey' },
  {
    createIdentity: { method: 'POST', path: '/identities', handle: createIdentity },
    deleteIdentity: { method: 'DELETE', path: '/identities/:id', handle: deleteIdentity },
    issueAccessToken: { method: 'POST', path: '/identities/:id/::issueAccessToken', handle: issueAccessToken },
    revokeAccessTokens: { method: 'POST', path: '/identities/:id/::revokeAccessTokens', handle: revokeAccessTokens },
    exchangeTeamsUserAccessToken: { method: 'POST', path: '/teamsUser/::exchangeAccessToken', handle: exchangeToken },
  },
).map(withinQuota);

/** Counts each request before it is carried out, also one that fails. */
function withinQuota(route: Route): Route {
  return {
    ...route,
    handle(call, context) {
      context.identityQuotas.admit(route.name, context.now());
      return route.handle(call, context);
    },
  };
}

async function createIdentity(call: Call, context: Context): Promise<RouteResult> {
  const request = readTokenRequest(readJson(call, invalidIdentity), 'createTokenWithScopes');
  const id = `8:acs:${context.resourceId}_${randomUUID()}`;
  context.record({ store: 'identity', type: 'created', id, at: context.now().getTime() });
  if (request.scopes.length === 0) return { status: 201, body: { identity: { id } } };
  return { status: 201, body: { identity: { id }, accessToken: await issueToken(id, request, context) } };
}

function deleteIdentity(call: Call, context: Context): RouteResult {
  context.record({ store: 'identity', type: 'deleted', id: requireIdentity(call, context) });
  return { status: 204 };
}

async function issueAccessToken(call: Call, context: Context): Promise<RouteResult> {
  const request = readTokenRequest(readJson(call, invalidIdentity), 'scopes');
  return { status: 200, body: await issueToken(requireIdentity(call, context), request, context) };
}

function revokeAccessTokens(call: Call, context: Context): RouteResult {
  context.record({ store: 'identity', type: 'tokensRevoked', id: requireIdentity(call, context) });
  return { status: 204 };
}

/**
 * Exchanges an Entra ID token of a Teams user. The new token is for calling; the emulator's chat does not accept it.
 *
 * @throws ServiceError with the statuses and messages of the live service, in its order: the token, the other fields, their
 * formats, and whether the token has the same values
 * @see https://github.com/Azure/azure-sdk-for-python/tree/main/sdk/communication/azure-communication-identity/tests (recordings)
 */
async function exchangeToken(call: Call, context: Context): Promise<RouteResult> {
  const fields = readJson(call, invalidIdentity);
  const token = readTeamsToken(fields.optionalString('token') ?? '', context.now());
  if (!token) throw acsError(401, 'InvalidAccessToken', 'Provided access token is not valid.');
  const [appId, userId] = [requiredText(fields, 'appId'), requiredText(fields, 'userId')];
  for (const [name, value] of Object.entries({ appId, userId })) {
    if (!UUID.test(value)) throw invalidClaim(name, `Provided ${pascal(name)} has invalid format.`);
  }
  if (!isSame(appId, token.appId)) throw invalidClaim('appId', 'AAD application is not the expected one.');
  if (!isSame(userId, token.userId)) throw invalidClaim('userId', 'Provided AAD token issued for unexpected user.');
  const times = { issuedAt: context.now(), expiresOn: token.expiresOn };
  const user = { userId: `8:orgid:${token.userId}`, scopes: ['voip'], tokenNumber: 0 };
  return { status: 200, body: await context.tokens.issueUserToken(user, times) };
}

function requiredText(fields: Fields, name: string): string {
  const text = fields.optionalString(name) ?? '';
  if (text === '') throw fields.invalid(name, `The ${pascal(name)} field is required.`);
  return text;
}

function invalidClaim(target: string, message: string): ServiceError {
  return acsError(400, 'ValidationError', message, { target });
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Returns the id in the path. @throws ServiceError 404 `IdentityNotFound` */
function requireIdentity(call: Call, { identities }: Context): string {
  const id = param(call, 'id');
  if (identities.has(id)) return id;
  throw acsError(404, 'IdentityNotFound', 'The requested identity was not found.');
}

const SCOPES = ['chat', 'chat.join', 'chat.join.limited', 'voip', 'voip.join'];

const MINIMUM_MINUTES = 60;
const MAXIMUM_MINUTES = 1440;

interface TokenRequest {
  readonly scopes: readonly string[];
  readonly expiresInMinutes: number;
}

const invalidIdentity: FieldError = (field, message) => {
  if (field === '') return acsError(400, 'ValidationError', message);
  const target = pascal(field);
  return acsError(400, 'ValidationError', `${target}: ${message}`, { target });
};

/** Reads scopes and token lifetime. @throws ServiceError 400 `ValidationError` with the messages of the live service */
function readTokenRequest(fields: Fields, scopesField: 'scopes' | 'createTokenWithScopes'): TokenRequest {
  const scopes = fields.list(scopesField).map((scope) => {
    if (typeof scope === 'string' && SCOPES.includes(scope)) return scope;
    throw fields.invalid(scopesField, `The scope must be one of ${SCOPES.join(', ')}.`);
  });
  if (scopes.length === 0 && scopesField === 'scopes') {
    throw fields.invalid('scopes', 'The Scopes field is required.');
  }
  const minutes = fields.optionalInteger('expiresInMinutes') ?? MAXIMUM_MINUTES;
  if (minutes < MINIMUM_MINUTES || minutes > MAXIMUM_MINUTES) {
    const interval = `[${MINIMUM_MINUTES}, ${MAXIMUM_MINUTES}]`;
    const message = `ExpiresInMinutes value ${minutes} is invalid. Value must be within the ${interval} interval.`;
    throw acsError(400, 'ValidationError', message, { target: 'ExpiresInMinutes' });
  }
  return { scopes, expiresInMinutes: minutes };
}

function issueToken(id: string, { scopes, expiresInMinutes }: TokenRequest, context: Context): Promise<IssuedToken> {
  const at = context.now().getTime();
  const tokenNumber = context.identities.nextTokenNumber;
  const expiresOn = at + expiresInMinutes * 60_000;
  context.record({ store: 'identity', type: 'tokenIssued', id, at, tokenNumber, scopes, expiresOn });
  const times = { issuedAt: new Date(at), expiresOn: new Date(expiresOn) };
  return context.tokens.issueUserToken({ userId: id, scopes, tokenNumber }, times);
}
