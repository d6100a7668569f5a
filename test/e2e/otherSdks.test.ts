import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { describe, expect, inject, test } from 'vitest';
import { findConnection } from '../../infra/local/client/connection.ts';
import { SDK_MEMBERS } from '../../infra/toolchain/sdkMembers.ts';
import {
  RESPONSES,
  type RecordedRequest,
  type Recordings,
  headers as recordedHeaders,
  recordedResponse,
  SDKS,
} from './otherSdks/recordings.ts';
import { SIGNERS } from './otherSdks/signing.ts';
import { createState, fill, fillAll, matching } from './otherSdks/state.ts';

const { switchboard, switchboardTls, acs, acsTls, ca, client, acsConnectionString } = inject('stack');
const trusted = readFileSync(ca, 'utf8');

/** What should answer as ACS was recorded to. */
const SERVERS = {
  Switchboard: { connection: findConnection(client), http: switchboard, https: switchboardTls },
  'the emulator': { connection: findConnection(acsConnectionString), http: acs, https: acsTls },
};

interface Received {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends path and headers exactly as given, `Host` included, which `fetch` does not do. */
function send(base: URL, { method, path, headers, body }: Outgoing): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = base;
    const length =
      body === '' && ['GET', 'DELETE'].includes(method) ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { hostname, port, method, path, headers: { ...headers, ...length } };
    const outgoing = base.protocol === 'https:' ? httpsRequest({ ...options, ca: trusted }) : httpRequest(options);
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.once('end', () => resolve({ status: incoming.statusCode, headers: incoming.headers, text }));
    });
    outgoing.end(body);
  });
}

type Sdk = keyof typeof SDKS;
type Server = (typeof SERVERS)[keyof typeof SERVERS];

/** Creates what the request needs and sends it as the SDK does. @returns the response and the one that was recorded */
async function replay(server: Server, sdk: Sdk, scheme: 'http' | 'https', request: RecordedRequest) {
  const recordings: Recordings = SDKS[sdk];
  const uuid = randomUUID();
  const resolve = createState(server.connection, recordings.requestId === 'uuid' ? uuid : uuid.replaceAll('-', ''));
  for (const name of request.needs) await resolve(name);
  const write = recordings.ids === 'escaped' ? encodeURIComponent : (id: string) => id;
  const path = await fill(request.path, resolve, write);
  const body = request.body === undefined ? '' : JSON.stringify(await fillAll(request.body, resolve));
  const base = new URL(server[scheme]);
  const { method } = request;
  const signers: Partial<Record<string, (typeof SIGNERS)[Sdk]['default']>> = SIGNERS[sdk];
  const signer = signers[request.signing ?? 'default'];
  const unsigned = { method, scheme, hostname: base.hostname, port: base.port, path, body, date: new Date() };
  const own = { ...recordings.headers, ...(request.isSigned && recordings.signedHeaders), ...request.headers };
  const headers = recordedHeaders.parse(await fillAll(own, resolve));
  const signature = request.isSigned ? signer?.(unsigned, Buffer.from(server.connection.accessKey, 'base64')) : {};
  const received = await send(base, { method, path, headers: { ...headers, ...signature }, body });
  return { received, recorded: recordedResponse.parse(await fillAll(RESPONSES[request.name], resolve)) };
}

describe.each(['dotnet', 'python', 'pythonAsync', 'java'] as const)('the SDK for %s', (sdk) => {
  const { requests, schemes } = SDKS[sdk];

  test('has a request for each operation that serves the SDK for JavaScript', () => {
    const served = Object.values(SDK_MEMBERS).flatMap(({ operation = [] }) => operation);
    expect(new Set(requests.map(({ operation }) => operation))).toEqual(new Set(served));
  });

  const ways = Object.entries(SERVERS).flatMap(([name, server]) => schemes.map((scheme) => ({ name, server, scheme })));
  describe.concurrent.each(ways)('to $name over $scheme', ({ server, scheme }) => {
    test.each(requests)('$name', async (request) => {
      const { received, recorded } = await replay(server, sdk, scheme, request);
      const { status, headers, text } = received;
      const body: unknown = text === '' ? null : JSON.parse(text);
      expect({ status, headers, body }).toMatchObject(matching(recorded));
    });
  });
});
