import { request } from 'node:http';
import { expect, inject, test } from 'vitest';
import { importKey, sign } from '../../shared/signing/sign.ts';
import { connectionOf } from '../setup/switchboard.ts';

const { switchboard } = inject('stack');
const key = importKey(connectionOf(switchboard).accessKey);
const TARGET = '/sms/batches?api-version=2024-03-15';

/** Sends what was signed for `signedHost` under another Host, which `fetch` cannot. */
function status(signedHost: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const signed = sign({ method: 'GET', url: `http://${signedHost}${TARGET}`, date: new Date() }, key);
  return new Promise((resolve, reject) => {
    const outgoing = request(switchboard + TARGET, { headers: { ...signed, ...headers } }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

const own = new URL(switchboard).host;

test.each([
  ['in Host', { host: 'other.example' }],
  ['in disguised-host', { host: own, 'disguised-host': 'other.example' }],
  ['in both', { host: 'other.example', 'disguised-host': 'other.example' }],
  ['in X-Forwarded-Host', { host: own, 'x-forwarded-host': 'other.example' }],
])('a signature for another system opens nothing, though the caller names its host %s', async (_, headers) => {
  // The local host refuses a foreign Host before Switchboard sees the request.
  expect(await status('other.example', headers)).toBe(headers.host === own ? 401 : 403);
});

test('a signature for this Switchboard opens it under every name of this machine', async () => {
  expect(await status(own, { host: own })).toBe(200);
  const { port } = new URL(switchboard);
  expect(await status(`localhost:${port}`, { host: `localhost:${port}` })).toBe(200);
});
