import { describe, expect, test } from 'vitest';
import { hostWithPort, isFromThisMachine, refuseCrossSite, refuseHost } from '../../../infra/local/requestGuard.ts';

type Received = Parameters<typeof refuseHost>[0];

interface Sent {
  readonly method?: string;
  /** Each header with all its values, as Node's `headersDistinct`. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly isTls?: boolean;
}

function received({ method = 'GET', headers = {}, isTls = false }: Sent): Received {
  const all = { host: ['localhost:8787'], ...headers };
  const first = Object.fromEntries(Object.entries(all).map(([name, [value]]) => [name, value]));
  const distinct = Object.fromEntries(Object.entries(all).map(([name, values]) => [name, [...values]]));
  const socket = { localPort: 8787, ...(isTls && { encrypted: true }) } as unknown as Received['socket'];
  return { method, headers: first, headersDistinct: distinct, socket };
}

// https://github.com/Azure/azure-sdk-for-java HmacAuthenticationPolicy sets the header to `url.getHost()`.
test.each([
  ['127.0.0.1', '127.0.0.1:8787'],
  ['LocalHost', 'LocalHost:8787'],
  ['[::1]', '[::1]:8787'],
  ['[::1]:7443', '[::1]:7443'],
  ['localhost:7443', 'localhost:7443'],
  ['tunnel.example', 'tunnel.example'],
  ['not a host', 'not a host'],
])('the host "%s" is %s with its port', (host, complete) => {
  expect(hostWithPort(received({ headers: { host: [host] } }))).toBe(complete);
});

describe('a host name', () => {
  const refusal = (host: readonly string[], allowed: readonly string[] = []) =>
    refuseHost(received({ headers: { host } }), new Set(allowed))?.code;

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:65535', '[::1]', '[::1]:8787'])('%s is of this machine', (host) => {
    expect(refusal([host])).toBeUndefined();
  });

  test.each(['x.localhost', 'localhost.evil.example', '127.0.0.1.nip.io', '[::2]', '', 'localhost:', 'localhost@x'])(
    '"%s" is not',
    (host) => {
      expect(refusal([host])).toBe('HostNotAllowed');
    },
  );

  // RFC 9112 §3.2: a server must refuse a request with more than one Host header.
  test('given twice is refused, whichever comes first', () => {
    expect(refusal(['localhost', 'evil.example'])).toBe('HostNotAllowed');
    expect(refusal(['evil.example', 'localhost'])).toBe('HostNotAllowed');
  });

  test('that is allowed is accepted, and no part of it', () => {
    expect(refusal(['dev.contoso.com:8080'], ['dev.contoso.com'])).toBeUndefined();
    expect(refusal(['contoso.com'], ['dev.contoso.com'])).toBe('HostNotAllowed');
  });
});

describe('a request of a page', () => {
  const refusal = (sent: Sent) => refuseCrossSite(received(sent))?.code;
  const headers = (name: string, ...values: string[]) => ({ headers: { [name]: values } });

  // https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
  test.each(['cross-site', 'same-site', 'unknown'])('is refused if Sec-Fetch-Site is %s', (site) => {
    expect(refusal(headers('sec-fetch-site', site))).toBe('CrossSiteRequest');
    expect(refusal(headers('sec-fetch-site', 'same-origin', site))).toBe('CrossSiteRequest');
  });

  test.each(['none', 'same-origin'])('is accepted if Sec-Fetch-Site is %s', (site) => {
    expect(refusal(headers('sec-fetch-site', site))).toBeUndefined();
  });

  test('is accepted from the same scheme, host and port only', () => {
    const origin = (it: string, isTls = false) => refusal({ ...headers('origin', it), isTls });
    expect(origin('http://localhost:8787')).toBeUndefined();
    expect(origin('https://localhost:8787', true)).toBeUndefined();
    for (const other of ['https://localhost:8787', 'http://localhost:8788', 'http://localhost', 'null']) {
      expect(origin(other), other).toBe('CrossSiteRequest');
    }
    expect(origin('http://localhost:8787', true)).toBe('CrossSiteRequest');
  });

  test.each(['POST', 'PUT', 'PATCH'])('by %s needs JSON, which needs a preflight', (method) => {
    const typed = (type: string) => refusal({ method, ...headers('content-type', type) });
    expect(refusal({ method })).toBe('JsonRequired');
    for (const type of ['text/plain', 'text/plain; application/json', 'application/jsonx']) {
      expect(typed(type), type).toBe('JsonRequired');
    }
    for (const type of ['application/json', 'Application/JSON; charset=utf-8']) expect(typed(type)).toBeUndefined();
  });
});

test.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host'])(
  'a request with %s is not from this machine',
  (name) => {
    expect(isFromThisMachine(received({}))).toBe(true);
    expect(isFromThisMachine(received({ headers: { [name]: ['203.0.113.7'] } }))).toBe(false);
  },
);
