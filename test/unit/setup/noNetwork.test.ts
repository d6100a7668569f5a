import dns, { lookup } from 'node:dns';
import { resolve4 } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo, connect } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { takeAttempts } from '../../setup/noNetwork.ts';

const REFUSED = /^A unit test must not use the network: /;
/** From the range reserved for documentation (RFC 5737): nothing answers there, even if the guard is broken. */
const ADDRESS = '192.0.2.1';

describe('refused', () => {
  let expected: number | undefined;
  afterEach(() => {
    expect(takeAttempts()).toHaveLength(expected ?? 1);
    expected = undefined;
  });

  test.each<[string, () => unknown]>([
    ['net.connect(port, host)', () => connect(443, ADDRESS)],
    ['net.connect(options)', () => net.connect({ port: 443, host: 'contoso.example' })],
    ['net.createConnection', () => net.createConnection({ port: 443, host: '2001:db8::1' })],
    ['socket.connect(port, host)', () => new net.Socket().connect(443, ADDRESS)],
    ['socket.connect(options)', () => new net.Socket().connect({ port: 443, host: ADDRESS })],
    ['the port as text', () => Reflect.apply(net.connect, net, ['443', ADDRESS])],
    ['a name that only begins like loopback', () => connect(443, '127.0.0.1.contoso.example')],
    ['tls.connect', () => tls.connect({ port: 443, host: ADDRESS })],
    ['http.get', () => get(`http://${ADDRESS}/`)],
    ['http2.connect', () => http2.connect(`http://${ADDRESS}/`)],
    ['dns.lookup', () => dns.lookup('contoso.example', () => undefined)],
    ['dns.lookup, imported by name', () => lookup('contoso.example', () => undefined)],
    ['dns.resolve', () => dns.resolve('contoso.example', () => undefined)],
    ['dns.promises.resolve4', () => resolve4('contoso.example')],
    ['dns.Resolver', () => new dns.promises.Resolver().resolve4('contoso.example')],
    ['fetch of a string', () => fetch('https://contoso.communication.azure.com/sms')],
    ['fetch of a URL', () => fetch(new URL(`https://${ADDRESS}/`))],
    ['fetch of a Request', () => fetch(new Request(`https://${ADDRESS}/`))],
  ])('%s', (_, attempt) => {
    expect(attempt).toThrow(REFUSED);
  });

  test('an attempt whose error was caught is remembered, to fail the test afterwards', () => {
    expected = 0;
    try {
      connect(443, ADDRESS);
    } catch {
      // as a client with retries would
    }
    expect(takeAttempts()).toEqual([expect.objectContaining({ message: expect.stringMatching(REFUSED) })]);
  });
});

test('loopback is allowed: fetch, http and a plain socket reach a server of our own', async () => {
  const server = createServer((_, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await (await fetch(`http://${host}:${port}/`)).text()).toBe('hello');
      const socket = connect(port, host);
      await once(socket, 'connect');
      socket.destroy();
    }
    const request = get({ port });
    await once(request, 'response');
    request.destroy();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('localhost and addresses of loopback can be looked up', async () => {
  expect((await dns.promises.lookup('localhost')).address).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect((await dns.promises.lookup('127.0.0.1')).address).toBe('127.0.0.1');
});
