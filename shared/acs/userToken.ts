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
 * The user that a token claims to belong to (`acs:…`), the same for all tokens of that user; undefined if it names none. Not
 * to be trusted until ACS has accepted the token.
 */
export function userOf(token: string): string | undefined {
  const claims = parseObject(JWT.exec(token)?.[2] ?? '');
  const user: unknown = claims && Reflect.get(claims, 'skypeid');
  return typeof user === 'string' && user !== '' ? user : undefined;
}

function parseObject(base64url: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // not JSON
  }
}
