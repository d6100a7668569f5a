import { expect, it } from 'vitest';
import { setCookie } from '../../../../../infra/local/functions-host/http/response.ts';

it.each([
  [{ name: 'a', value: 'b c;' }, 'a=b%20c%3B; Path=/'],
  [{ name: 'a', value: '', maxAge: { value: 0 } }, 'a=; Max-Age=0; Path=/'],
  [
    {
      name: 'a',
      value: 'b',
      expires: { value: { seconds: 1 } },
      domain: { value: 'x.y' },
      path: { value: '/p' },
      secure: { value: true },
      httpOnly: { value: true },
      sameSite: 'explicitNone' as const,
    },
    'a=b; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Domain=x.y; Path=/p; Secure; SameSite=None; HttpOnly',
  ],
])('writes the cookie %j', (cookie, header) => {
  expect(setCookie(cookie)).toBe(header);
});
