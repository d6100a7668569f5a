import { expect, test } from 'vitest';
import { createAcsProbe } from '../../../shared/acs/probe.ts';
import { API_VERSIONS, acsServer, closedUrl, json } from './fixtures.ts';

const NOW = new Date('2026-01-15T08:30:00Z');
const never = new AbortController().signal;
const key = (name: string) => Buffer.from(`the key ${name}`).toString('base64');

function probeOf(endpoint: string, ...keys: string[]) {
  const accessKeys = (keys.length > 0 ? keys : ['one']).map(key);
  return createAcsProbe({ access: { kind: 'keys', endpoint, accessKeys }, apiVersions: API_VERSIONS, now: () => NOW });
}

const refusal = (status: number, date: string) => json(status, { error: { code: 'X', message: 'x' } }, { date });

test('requests a token without scopes for a user that does not exist, signed', async () => {
  const { url, seen } = await acsServer(refusal(400, NOW.toUTCString()));
  await probeOf(url)(never);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: 'POST', body: '{"scopes":[]}' });
  expect(seen[0]?.target).toMatch(/^\/identities\/8%3Aacs%3A0{8}-.*\/:issueAccessToken\?api-version=2023-10-01$/);
  expect(seen[0]?.headers.authorization).toMatch(/^HMAC-SHA256 /);
});

test.each([
  ['Thu, 15 Jan 2026 08:30:00 GMT', -500],
  ['Thu, 15 Jan 2026 08:20:00 GMT', 599_500],
  ['Thu, 15 Jan 2026 08:31:00 GMT', -60_500],
  ['yesterday', undefined],
])('the date %s shows how far the clock is ahead', async (date, clockAheadMilliseconds) => {
  const { url } = await acsServer(refusal(404, date));
  expect(await probeOf(url)(never)).toEqual({ status: 404, clockAheadMilliseconds });
});

test('a rejected key is used no more often than by other requests', async () => {
  const { url, seen } = await acsServer(refusal(401, NOW.toUTCString()));
  expect((await probeOf(url, 'one', 'two')(never)).status).toBe(401);
  expect(seen).toHaveLength(2);
});

test.each([429, 500, 503])('a %i is returned without a retry', async (status) => {
  const { url, seen } = await acsServer(refusal(status, NOW.toUTCString()));
  expect((await probeOf(url)(never)).status).toBe(status);
  expect(seen).toHaveLength(1);
});

test('it rejects with the reason if the connection is refused', async () => {
  await expect(probeOf(await closedUrl())(never)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('it ends at the deadline', async () => {
  const { url } = await acsServer('silence');
  await expect(probeOf(url)(AbortSignal.timeout(10))).rejects.toMatchObject({ name: 'AbortError' });
});
