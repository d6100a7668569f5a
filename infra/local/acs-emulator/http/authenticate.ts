import { type DifferingPart, verify } from '../../../../shared/signing/verify.ts';
import type { Context } from '../context.ts';
import { refusal, type ServiceError } from './errors.ts';
import type { Auth, Call } from './route.ts';

/** The texts of the live service; where none is known, the verifier's own. */
const DENIALS: Partial<Record<DifferingPart, string>> = {
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

/** The raw id of the acting user, empty when a key acts. @throws ServiceError 401 or 403 */
export async function authenticate(auth: Auth, call: Call, emulator: Context): Promise<string> {
  if (auth === 'none') return '';
  const bearer = /^Bearer (\S+)$/i.exec(call.header('authorization') ?? '')?.[1];
  if (auth !== 'accessKey') return authenticateUser(auth, bearer, emulator);
  if (bearer === undefined) checkSignature(call, emulator);
  else if (!(await emulator.tokens.isEntraToken(bearer))) throw denied('Denied by the resource provider.');
  return '';
}

function checkSignature(call: Call, emulator: Context): void {
  const { method, target, header, body, baseUrl } = call;
  // The emulator listens on this machine only.
  const isLoopbackHttp = baseUrl.startsWith('http:');
  const received = { method, target, header, body, hosts: [header('host') ?? ''], isLoopbackHttp, isAcsScheme: true };
  const verification = verify(received, emulator.accessKeys.signingKeys, emulator.now());
  if (!verification.ok) throw denied(DENIALS[verification.part] ?? verification.message);
}

async function authenticateUser(right: Auth, token: string | undefined, emulator: Context): Promise<string> {
  const user = token === undefined ? undefined : await emulator.tokens.readUserToken(token);
  if (!user || !emulator.identities.isValidToken(user.userId, user.tokenNumber)) {
    throw refusal(401, 'Unauthorized', 'Request is not authorized.');
  }
  if (user.scopes.some((scope) => CHAT_RIGHTS[scope]?.includes(right))) return user.userId;
  throw refusal(403, 'Forbidden', 'User is not allowed to perform specified action.');
}

function denied(message: string): ServiceError {
  return refusal(401, 'Denied', message);
}
