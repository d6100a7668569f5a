import { SwitchboardError } from '../contract/switchboardError.ts';
import type { Meter } from '../limits/meter.ts';
import { type Client, maySendFrom } from './clients.ts';

/** An authenticated client or, for chat only, a user with an ACS token. */
export type Caller = ClientCaller | UserCaller;

export interface ClientCaller {
  readonly kind: 'client';
  readonly client: Client;
  /** The ACS user to act as in chat; the client's own user if undefined. */
  readonly actingUser: string | undefined;
  /** Counts this call against the client's limits. */
  readonly meter: Meter;
}

export interface UserCaller {
  readonly kind: 'user';
  readonly userToken: string;
}

/** The client's name, for logs and as the owner of records; all users share one name. */
export function callerName(caller: Caller): string {
  return caller.kind === 'client' ? caller.client.name : 'user';
}

/** The first parts of every name derived for a caller. A user and a client with the same name have different scopes. */
export function scopeOf(caller: Caller): readonly string[] {
  return caller.kind === 'client' ? ['client', caller.client.name] : ['user', userOf(caller.userToken)];
}

/** @throws SwitchboardError `Forbidden` for a user */
export function assertClient(caller: Caller): asserts caller is ClientCaller {
  if (caller.kind !== 'client') throw new SwitchboardError('Forbidden', 'A user token is for chat only.');
}

export function callerMaySendFrom(caller: Caller, sender: string): boolean {
  return caller.kind === 'client' && maySendFrom(caller.client, sender);
}

/** @throws SwitchboardError `Forbidden` for an acting user, if the client's `allow` does not include `actAs` */
export function actorOf({ client, actingUser }: ClientCaller) {
  if (actingUser === undefined) return { client: client.name };
  if (!client.mayActAs) {
    throw new SwitchboardError('Forbidden', `The client '${client.name}' may not act as another user.`, {
      target: 'acting-user',
    });
  }
  return { userId: actingUser };
}

const JWT = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

/** ACS's own tokens have about 1,000 characters. */
const MAXIMUM_TOKEN_LENGTH = 8192;

/**
 * Returns whether a bearer token can be a user access token of ACS: a JWT whose `exp` has not passed. Only ACS can verify
 * its signature; this check keeps all other tokens away from ACS and from storage.
 *
 * @see RFC 7519 §4.1.4, §7.2
 */
export function isCurrentJwt(token: string, now: Date): boolean {
  if (token.length > MAXIMUM_TOKEN_LENGTH) return false;
  const [, header = '', payload = ''] = JWT.exec(token) ?? [];
  const claims = parseObject(payload);
  if (!claims || !parseObject(header)) return false;
  const expiresOn = Reflect.get(claims, 'exp');
  return Number.isFinite(expiresOn) && Number(expiresOn) * 1000 > now.getTime();
}

/**
 * The user that a token claims to belong to, the same for all tokens of that user; the token itself if it names none. Not
 * to be trusted until ACS has accepted the token.
 */
export function userOf(token: string): string {
  const claims = parseObject(JWT.exec(token)?.[2] ?? '');
  const user: unknown = claims && Reflect.get(claims, 'skypeid');
  return typeof user === 'string' && user !== '' ? user : token;
}

function parseObject(base64url: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // not JSON
  }
}
