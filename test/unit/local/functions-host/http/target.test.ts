import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePath, readTarget } from '../../../../../infra/local/functions-host/http/request.ts';

const target = (path: string, host: string | undefined = '127.0.0.1:7071') => readTarget('http', host, path);

describe('request target', () => {
  it('decodes everything in a segment except slashes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
        fc.pre(!/^\.{1,2}$|\0/.test(text));
        expect(decodePath(`/a/${encodeURIComponent(text)}`)).toBe(`/a/${text.replaceAll('/', '%2F')}`);
      }),
    );
  });

  it('always passes the app a URL with the path that the router has matched', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\/[ -~]*$/), (raw) => {
        const found = target(raw.replaceAll('?', ''));
        fc.pre(found !== undefined);
        expect(decodePath(new URL(found?.url ?? '').pathname)).toBe(decodePath(found?.path ?? ''));
      }),
    );
  });

  it.each([
    ['/identities/8%3Aacs%3Ax_y?api-version=1', 'http://127.0.0.1:7071/identities/8:acs:x_y?api-version=1'],
    ['/a%2Fb%20c%C3%A9', 'http://127.0.0.1:7071/a%2Fb%20c%C3%A9'],
    ['/a%3Fb%23c', 'http://127.0.0.1:7071/a%3Fb%23c'],
    ['/%ff%zz', 'http://127.0.0.1:7071/%ff%25zz'],
    ['/%80%3A%E2%82%3A', 'http://127.0.0.1:7071/%80:%E2%82:'],
    ['/a/./b/../c', 'http://127.0.0.1:7071/a/c'],
    ['/a/%2e%2e/c/d/..', 'http://127.0.0.1:7071/c/'],
    ['/?x=%3A', 'http://127.0.0.1:7071/?x=%3A'],
    ['http://elsewhere/a?b', 'http://127.0.0.1:7071/a?b'],
  ])('shows %s as %s', (raw, url) => {
    expect(target(raw)?.url).toBe(url);
    expect(new URL(url).href).toBe(url);
  });

  it.each([undefined, '', 'a b', 'host/path', 'user@host', 'host:99999', 'host:x', '[::1'])(
    'refuses the host %s',
    (host) => {
      expect(readTarget('http', host, '/')).toBeUndefined();
    },
  );

  it.each(['*', 'a', '', '/a%00b'])('rejects the request line %s', (raw) => {
    expect(target(raw)).toBeUndefined();
  });
});
