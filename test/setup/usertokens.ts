/** What a user access token of ACS looks like: an unsigned JWT whose payload has these members. */
export function jwt(
  payload: unknown,
  header: unknown = { alg: 'RS256', typ: 'JWT' },
  signature = 'c2lnbmF0dXJl',
): string {
  const part = (it: unknown) => Buffer.from(typeof it === 'string' ? it : JSON.stringify(it)).toString('base64url');
  return [part(header), part(payload), signature].join('.');
}

/** A well-formed token that expires an hour after a time. */
export function tokenAt(now: Date, more: object = {}): string {
  return jwt({ skypeid: 'acs:a_b', exp: Math.floor(now.getTime() / 1000) + 3600, ...more });
}
