import type { RpcHttpCookie } from '../rpc.ts';

const sameSites: Readonly<Record<string, string>> = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' };

/** The value of a Set-Cookie header. @see RFC 6265, section 4.1 */
export function setCookie(cookie: RpcHttpCookie): string {
  const expires = cookie.expires?.value?.seconds;
  const maxAge = cookie.maxAge?.value;
  const sameSite = sameSites[cookie.sameSite ?? 'none'];
  return [
    `${cookie.name ?? ''}=${encodeURIComponent(cookie.value ?? '')}`,
    expires && `Expires=${new Date(expires * 1000).toUTCString()}`,
    typeof maxAge === 'number' && `Max-Age=${Math.trunc(maxAge)}`,
    cookie.domain?.value && `Domain=${cookie.domain.value}`,
    `Path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value && 'Secure',
    sameSite && `SameSite=${sameSite}`,
    cookie.httpOnly?.value && 'HttpOnly',
  ]
    .filter(Boolean)
    .join('; ');
}
