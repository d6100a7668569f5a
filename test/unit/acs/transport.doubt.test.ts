import { describe, expect, test } from 'vitest';
import type { Repetition } from '../../../shared/acs/request.ts';
import { createTransport } from '../../../shared/acs/transport.ts';
import { API_VERSIONS, acsServer, type Reply, thrownBy } from './fixtures.ts';

/** What a request ends with, when ACS answers its tries one after the other like this. */
async function endOf(replies: readonly Reply[], repetition: Repetition = 'recognised') {
  const server = await acsServer(...replies);
  const access = { kind: 'keys', endpoint: server.url, accessKeys: [Buffer.from('a key').toString('base64')] } as const;
  const transport = createTransport({ access, apiVersions: API_VERSIONS, now: () => new Date() });
  const facts = { service: 'sms', method: 'POST', path: '/sms', body: {}, clientRequestId: '1' } as const;
  return thrownBy(() => transport({ ...facts, repetition }));
}

describe('an attempt whose response was lost leaves the request in doubt', () => {
  test.each<[string, Reply[]]>([
    ['503', ['reset', { status: 503 }, { status: 503 }]],
    ['503 after 500', [{ status: 500 }, { status: 503 }, { status: 503 }]],
    ['429', ['reset', { status: 429, headers: { 'retry-after': '600' } }]],
    ['401', ['reset', { status: 401 }]],
  ])('if the last one ends with %s', async (_, replies) => {
    expect(await endOf(replies)).toMatchObject({ code: 'UpstreamInDoubt', isTransient: true });
  });

  test('unless ACS rejects the request itself, as it did before', async () => {
    expect(await endOf(['reset', { status: 400 }])).toMatchObject({ code: 'UpstreamRejected' });
  });

  test('unless a repetition is harmless', async () => {
    expect(await endOf(['reset', { status: 429 }], 'harmless')).toMatchObject({ code: 'TooManyRequests' });
  });
});

test.each<[string, Reply[], string]>([
  ['503', [{ status: 503 }], 'UpstreamUnavailable'],
  ['429 after 503', [{ status: 503 }, { status: 429 }], 'TooManyRequests'],
])('an attempt that ACS did not process leaves no doubt: %s', async (_, replies, code) => {
  expect(await endOf(replies)).toMatchObject({ code });
});
