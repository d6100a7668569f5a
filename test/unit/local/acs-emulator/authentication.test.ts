import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentHash, importKey, sign, signature } from '../../../../shared/signing/sign.ts';
import {
  IDENTITIES,
  identityPath,
  PRIMARY_KEY,
  type Rig,
  SECONDARY_KEY,
  SEND_EMAIL,
  SMS,
  startRig,
  THREADS,
} from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.close());

function denied(message: string) {
  return { status: 401, body: { error: { code: 'Denied', message } } };
}

describe('a signed request', () => {
  test.each([PRIMARY_KEY, SECONDARY_KEY])('is accepted with either key', async (key) => {
    expect(await rig.call('POST', IDENTITIES, { key })).toMatchObject({ status: 201 });
  });

  test('is denied with another key', async () => {
    const key = Buffer.from('another key').toString('base64');
    expect(await rig.call('POST', IDENTITIES, { key })).toMatchObject(denied('Denied by the resource provider.'));
  });

  test('is denied if the body differs from the signed one', async () => {
    const url = new URL(IDENTITIES, rig.emulator.url);
    const signed = sign({ method: 'POST', url, body: '{}', date: rig.clock.now() }, importKey(PRIMARY_KEY));
    const { host: _host, ...headers } = signed;
    expect(await rig.call('POST', IDENTITIES, { key: null, headers, body: '{ }' })).toMatchObject(
      denied("Request 'x-ms-content-sha256' differs from generated content hash."),
    );
  });

  test.each([-300_001, 300_001])('is denied %i ms off the clock', async (offset) => {
    const url = new URL(IDENTITIES, rig.emulator.url);
    const date = new Date(Math.floor((rig.clock.now().getTime() + offset) / 1000) * 1000 + (offset > 0 ? 1000 : 0));
    const { host: _host, ...headers } = sign({ method: 'POST', url, date }, importKey(PRIMARY_KEY));
    const { status, body } = await rig.call('POST', IDENTITIES, { key: null, headers });
    expect(status).toBe(401);
    expect(body.error.message).toContain('differ by more than the allowed 5 minutes');
  });

  test('is denied without a signature', async () => {
    expect(await rig.call('POST', SMS, { key: null })).toMatchObject(denied("The header 'Authorization' is missing."));
  });
});

describe('a request signed by hand', () => {
  const OTHER_DATE = 'Thu, 15 Jan 2026 08:29:00 GMT';

  /** Headers for a POST without a body, signed over these strings. */
  function signed({ target, dateHeader = 'x-ms-date' }: { target: string; dateHeader?: 'date' | 'x-ms-date' }) {
    const date = rig.clock.rfc1123();
    const hash = contentHash('');
    const text = `POST\n${target}\n${date};${new URL(rig.emulator.url).host};${hash}`;
    const authorization = `HMAC-SHA256 SignedHeaders=${dateHeader};host;x-ms-content-sha256&Signature=`;
    return {
      [dateHeader]: date,
      'x-ms-content-sha256': hash,
      authorization: authorization + signature(text, importKey(PRIMARY_KEY)),
    };
  }

  const post = (path: string, headers: Record<string, string>) => rig.call('POST', path, { key: null, headers });

  test('is accepted with Date signed instead of x-ms-date', async () => {
    const headers = signed({ target: IDENTITIES, dateHeader: 'date' });
    expect(await post(IDENTITIES, headers)).toMatchObject({ status: 201 });
    expect(await post(IDENTITIES, { ...headers, 'x-ms-date': OTHER_DATE })).toMatchObject({ status: 201 });
  });

  test('is accepted with x-ms-date signed, whatever Date says', async () => {
    const headers = { ...signed({ target: IDENTITIES }), date: OTHER_DATE };
    expect(await post(IDENTITIES, headers)).toMatchObject({ status: 201 });
  });

  test('is denied without the date that it names', async () => {
    const { 'x-ms-date': date = '', ...rest } = signed({ target: IDENTITIES });
    expect(await post(IDENTITIES, { ...rest, date })).toMatchObject({ status: 401 });
  });

  test('is accepted without the leading slash over http, as the Azure SDK for Python signs it', async () => {
    expect(await post(IDENTITIES, signed({ target: IDENTITIES.slice(1) }))).toMatchObject({ status: 201 });
    expect(await post(IDENTITIES, signed({ target: SMS.slice(1) }))).toMatchObject({ status: 401 });
  });

  test.each([
    (id: string) => id,
    (id: string) => id.replaceAll(':', '%3A'),
    (id: string) => id.replaceAll(':', '%3a'),
    (id: string) => id.replace(':', '%3a'),
  ])('is accepted with its path as sent: %s', async (spell) => {
    const { body } = await rig.call('POST', IDENTITIES);
    const target = `/identities/${spell(body.identity.id)}/:revokeAccessTokens?api-version=2023-10-01`;
    expect(await post(target, signed({ target }))).toMatchObject({ status: 204 });
    const other = target.replace(/:|%3a/i, (it) => (it === ':' ? '%3A' : ':'));
    expect(await post(other, signed({ target }))).toMatchObject({ status: 401 });
  });
});

describe('an Entra token', () => {
  test('grants access to identity, and only the emulator can issue it', async () => {
    const { body } = await rig.call('POST', '/_emulator/entraToken', { key: null });
    expect(await rig.call('POST', IDENTITIES, { token: body.token })).toMatchObject({ status: 201 });
    expect(await rig.call('POST', IDENTITIES, { token: `${body.token.slice(0, -8)}AAAAAAAA` })).toMatchObject(
      denied('Denied by the resource provider.'),
    );
  });

  test('does not grant access to chat', async () => {
    const { body } = await rig.call('POST', '/_emulator/entraToken', { key: null });
    expect(await rig.call('GET', THREADS, { token: body.token })).toMatchObject({ status: 401 });
  });

  test('is not a user token, nor vice versa', async () => {
    const created = await rig.call('POST', IDENTITIES, { body: { createTokenWithScopes: ['chat'] } });
    const { token } = created.body.accessToken;
    expect(await rig.call('POST', IDENTITIES, { token })).toMatchObject({ status: 401 });
  });
});

test('chat does not accept a signature', async () => {
  expect(await rig.call('GET', THREADS)).toMatchObject({
    status: 401,
    body: { error: { code: 'Unauthorized', message: 'Request is not authorized.' } },
  });
});

describe('api-version', () => {
  test('is required', async () => {
    expect(await rig.call('POST', '/identities')).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'ApiVersionUnspecified',
          message: 'An API version is required, but was not specified.',
        },
      },
    });
  });

  test('must be one of the service’s', async () => {
    const { status, body } = await rig.call('POST', '/identities?api-version=2024-03-15-preview');
    expect(status).toBe(400);
    expect(body.error.code).toBe('UnsupportedApiVersion');
    expect(body.error.message).toContain(`'${rig.emulator.url}/identities'`);
    expect(body.error.message).toContain("'2024-03-15-preview'");
  });
});

describe('responses', () => {
  test('name the supported versions and echo the client request id', async () => {
    const { headers } = await rig.call('POST', IDENTITIES, { headers: { 'x-ms-client-request-id': 'c-1' } });
    expect(headers.get('api-supported-versions')).toContain('2022-10-01, 2023-10-01');
    expect(headers.get('ms-cv')).toBeTruthy();
    expect(headers.get('x-ms-client-request-id')).toBe('c-1');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('are 404 with an error body for an unknown path', async () => {
    expect(await rig.call('GET', '/nowhere')).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  });

  test('are the same for raw and percent-encoded ids', async () => {
    const { body } = await rig.call('POST', IDENTITIES);
    const { id } = body.identity;
    const raw = `/identities/${id}/:revokeAccessTokens?api-version=2023-10-01`;
    expect((await rig.call('POST', raw)).status).toBe(204);
    expect((await rig.call('POST', identityPath(id, '/:revokeAccessTokens'))).status).toBe(204);
    expect((await rig.call('DELETE', identityPath(id))).status).toBe(204);
  });

  test('are the same for a raw and a percent-encoded action', async () => {
    const { status } = await rig.call('POST', SEND_EMAIL.replace(':', '%3A'), { body: {} });
    expect(status).toBe(400);
  });
});
