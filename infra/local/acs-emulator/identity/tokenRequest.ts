import type { Context } from '../context.ts';
import { refusal, type ServiceError } from '../http/errors.ts';
import { type Fields, pascal } from '../http/fields.ts';

const SCOPES = ['chat', 'chat.join', 'chat.join.limited', 'voip', 'voip.join'];

const MINIMUM_MINUTES = 60;
const MAXIMUM_MINUTES = 1440;

export interface TokenRequest {
  readonly scopes: readonly string[];
  readonly expiresInMinutes: number;
}

export function invalidIdentityRequest(field: string, message: string): ServiceError {
  if (field === '') return refusal(400, 'ValidationError', message);
  const target = pascal(field);
  return refusal(400, 'ValidationError', `${target}: ${message}`, { target });
}

/** Reads scopes and token life. @throws ServiceError 400 `ValidationError` with the live service's texts */
export function readTokenRequest(fields: Fields, scopesField: 'scopes' | 'createTokenWithScopes'): TokenRequest {
  const scopes = fields.list(scopesField).map((scope) => {
    if (typeof scope === 'string' && SCOPES.includes(scope)) return scope;
    throw fields.refuse(scopesField, `The scope must be one of ${SCOPES.join(', ')}.`);
  });
  if (scopes.length === 0 && scopesField === 'scopes') {
    throw fields.refuse('scopes', 'The Scopes field is required.');
  }
  const minutes = fields.optionalInteger('expiresInMinutes') ?? MAXIMUM_MINUTES;
  if (minutes < MINIMUM_MINUTES || minutes > MAXIMUM_MINUTES) throw invalidLife(minutes);
  return { scopes, expiresInMinutes: minutes };
}

function invalidLife(minutes: number): ServiceError {
  const interval = `[${MINIMUM_MINUTES}, ${MAXIMUM_MINUTES}]`;
  const message = `ExpiresInMinutes value ${minutes} is invalid. Value must be within the ${interval} interval.`;
  return refusal(400, 'ValidationError', message, { target: 'ExpiresInMinutes' });
}

/** @throws ServiceError 404 `IdentityNotFound` */
export function requireIdentity(id: string, emulator: Context): string {
  if (emulator.identities.has(id)) return id;
  throw refusal(404, 'IdentityNotFound', 'The requested identity was not found.');
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresOn: string;
}

export async function issueToken(id: string, request: TokenRequest, emulator: Context): Promise<IssuedToken> {
  const at = emulator.now().getTime();
  const expiresOn = new Date(at + request.expiresInMinutes * 60_000);
  const { scopes } = request;
  const tokenNumber = emulator.identities.nextTokenNumber;
  emulator.record({ store: 'identity', type: 'tokenIssued', id, at, tokenNumber, scopes });
  const token = await emulator.tokens.issueUserToken({ userId: id, scopes, tokenNumber }, expiresOn);
  return { token, expiresOn: sevenDigits(expiresOn) };
}

/** The identity service's spelling of a time: `2022-09-07T14:34:56.2710000+00:00`. */
export function sevenDigits(date: Date): string {
  return date.toISOString().replace('Z', '0000+00:00');
}
