import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCertificate } from '../../../../infra/local/certificate.ts';
import { type Rig, startRig } from './harness.ts';

// Whatever arrives on a port of the emulator, it answers other clients afterwards. An error that nothing catches fails the run.

let rig: Rig;
let ports: readonly number[];

beforeAll(async () => {
  rig = await startRig({ tls: await createCertificate() });
  ports = [rig.emulator.url, rig.emulator.tlsUrl ?? ''].map((url) => Number(new URL(url).port));
});

afterAll(() => rig.close());

async function open(port: number | undefined): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: port ?? 0 });
  socket.on('error', () => undefined); // the emulator may reset the connection
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes in pieces, then ends or breaks the connection. @returns what was answered */
async function exchange(pieces: readonly Buffer[], end: 'end' | 'break' = 'end', port = ports[0]): Promise<string> {
  const socket = await open(port);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const piece of pieces) socket.write(piece);
  if (end === 'break') socket.resetAndDestroy();
  else socket.end();
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}

const statuses = (answer: string) => Array.from(answer.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => status);

const isHealthy = async () => (await rig.call('GET', '/_emulator/health', { key: null })).status === 200;

const request = (line: string, ...headers: readonly string[]) =>
  Buffer.from([line, 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n'), 'latin1');
const HEALTH = request('GET /_emulator/health HTTP/1.1');
const JSON_TYPE = 'Content-Type: application/json';

/** Complete, or without all of their bodies. */
const WHOLE = [
  HEALTH,
  request('GET /_emulator/stream HTTP/1.1', 'Last-Event-ID: x-9'),
  request('GET /_emulator/wait?timeoutSeconds=0 HTTP/1.1'),
  request('POST /_emulator/mailboxes HTTP/1.1', JSON_TYPE, 'Content-Length: 2'),
  request('POST /_emulator/seed HTTP/1.1', JSON_TYPE, 'Transfer-Encoding: chunked'),
  request('POST /sms?api-version=2021-03-07 HTTP/1.1', 'Content-Length: 30', 'Authorization: HMAC-SHA256 x'),
];

describe('the port answers', () => {
  test.each<[string, readonly string[], Buffer]>([
    ['binary data', ['400'], Buffer.from([0, 255, 1, 2, 13, 10, 13, 10])],
    ['a TLS handshake on the http port', ['400'], Buffer.from('16030100a5010000a10303', 'hex')],
    ['HTTP/2', ['400'], Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['HTTP/1.0 without a host', ['403'], Buffer.from('GET /_emulator/health HTTP/1.0\r\n\r\n')],
    ['two hosts', ['403'], request('GET /_emulator/health HTTP/1.1', 'Host: evil.example')],
    ['OPTIONS *', ['404'], request('OPTIONS * HTTP/1.1')],
    ['CONNECT', [], request('CONNECT 127.0.0.1:80 HTTP/1.1')],
    ['requests in a row', ['200', '200', '200'], Buffer.concat([HEALTH, HEALTH, HEALTH])],
    ['an upgrade', ['200'], request('GET /_emulator/health HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket')],
    ['a header of 20 KB', ['431'], request('GET / HTTP/1.1', `X: ${'y'.repeat(20_000)}`)],
    ['4,000 headers', ['431'], request('GET / HTTP/1.1', ...Array.from({ length: 4000 }, () => 'X: y'))],
    ['NUL in a path', ['400'], request('GET /\0 HTTP/1.1')],
    ['a path that is no ASCII', ['400'], request('GET /_emulator/items?text=\xff HTTP/1.1')],
    ['an unknown expectation', ['417'], request('POST /_emulator/mailboxes HTTP/1.1', JSON_TYPE, 'Expect: x')],
    [
      'two lengths of a body',
      ['400'],
      request('POST /_emulator/seed HTTP/1.1', JSON_TYPE, 'Content-Length: 2', 'Transfer-Encoding: chunked'),
    ],
    ['a negative length', ['400'], request('POST /_emulator/seed HTTP/1.1', JSON_TYPE, 'Content-Length: -1')],
  ])('%s', async (_name, expected, bytes) => {
    expect(statuses(await exchange([bytes]))).toEqual(expected);
    expect(await isHealthy()).toBe(true);
  });

  test('http on the https port', async () => {
    expect(await exchange([HEALTH], 'end', ports[1])).toBe('');
    expect(await isHealthy()).toBe(true);
  });
});

test('whatever is sent on either port, other clients are answered', { timeout: 60_000 }, async () => {
  const text = fc.constantFrom(
    ...[
      'GET ',
      'POST ',
      'PUT ',
      'DELETE ',
      'CONNECT ',
      'HEAD ',
      ' HTTP/1.1\r\n',
      ' HTTP/1.0\r\n',
      '\r\n',
      '\r\n\r\n',
      '\n',
    ],
    ...[
      '/',
      '/_emulator/stream',
      '/_emulator/wait?timeoutSeconds=0',
      '/_emulator/seed',
      '/_emulator/clock',
      '/sms',
      '*',
    ],
    ...['http://127.0.0.1/_emulator/health', '//', '/%', '/_emulator/items/email/%00/html', '?mailbox=%ff', '#', '/..'],
    ...[
      'Host: 127.0.0.1\r\n',
      'Host: evil.example\r\n',
      `${JSON_TYPE}\r\n`,
      'Content-Length: 3\r\n',
      'Upgrade: h2c\r\n',
    ],
    ...[
      'Connection: upgrade\r\n',
      'Connection: close\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Expect: 100-continue\r\n',
    ],
    ...[
      'Last-Event-ID: x-9\r\n',
      'x-ms-client-request-id: \xff\r\n',
      'Authorization: HMAC-SHA256 \r\n',
      'Trailer: x\r\n',
    ],
    ...[
      '0\r\n\r\n',
      '5\r\nhello\r\n',
      'fffffffff\r\n',
      '{}',
      '[',
      '{"now":0}',
      'X: y\r\n'.repeat(300),
      'z'.repeat(20_000),
    ],
  );
  const piece = fc.oneof(
    { weight: 5, arbitrary: text.map((it) => Buffer.from(it, 'latin1')) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((it) => Buffer.from(it)) },
    { weight: 3, arbitrary: fc.constantFrom(...WHOLE) },
  );
  const connection = fc.record({
    pieces: fc.array(piece, { maxLength: 12 }),
    end: fc.constantFrom('end', 'break'),
    isTls: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(connection, { minLength: 1, maxLength: 8 }), async (connections) => {
      await Promise.all(
        connections.map(({ pieces, end, isTls }) => exchange(pieces, isTls ? 'end' : end, ports[isTls ? 1 : 0])),
      );
      expect(await isHealthy()).toBe(true);
    }),
    { numRuns: 150 },
  );
});
