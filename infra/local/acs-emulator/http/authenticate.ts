import type { DifferingPart } from '../../../../shared/signing/verify.ts';
import type { Context } from '../context.ts';
import type { Caller } from './caller.ts';
import type { Auth } from './route.ts';
import { acsError, forbidden, type ServiceError } from './serviceError.ts';

/** The messages of the live service; where none is known, the verifier's own message is used. */
const DENIAL_MESSAGES: Partial<Record<DifferingPart, string>> = {
  date: 'The request could not be resolved: client and server time differ by more than the allowed 5 minutes.',
  hash: "Request 'x-ms-content-sha256' differs from generated content hash.",
  signature: 'Denied by the resource provider.',
};

/** What each chat scope allows. @see "Identity model", access token scopes */
const CHAT_RIGHTS: Readonly<Record<string, readonly Auth[]>> = {
  chat: ['chat', 'chatParticipants', 'chatThreads'],
  'chat.join': ['chat', 'chatParticipants'],
  'chat.join.limited': ['chat'],
};

/** Returns the raw id of the acting user; empty when the request is signed with a key. @throws ServiceError 401 or 403 */
export async function authenticate(auth: Auth, { context, bearer, verification }: Caller): Promise<string> {
  if (auth === 'none') return '';
  if (auth !== 'accessKey') return authenticateUser(auth, bearer, context);
  if (bearer !== undefined) {
    if (await context.tokens.isEntraToken(bearer)) return '';
    throw denied('Denied by the resource provider.');
  }
  if (verification?.ok) return '';
  throw denied((verification && DENIAL_MESSAGES[verification.part]) ?? verification?.message ?? '');
}

async function authenticateUser(right: Auth, token: string | undefined, context: Context): Promise<string> {
  const user = token === undefined ? undefined : await context.tokens.readUserToken(token);
  if (!user || !context.identities.isValidToken(user.userId, user.tokenNumber)) {
    throw acsError(401, 'Unauthorized', 'Request is not authorized.');
  }
  if (user.scopes.some((scope) => CHAT_RIGHTS[scope]?.includes(right))) return user.userId;
  throw forbidden();
}

function denied(message: string): ServiceError {
  return acsError(401, 'Denied', message);
}
