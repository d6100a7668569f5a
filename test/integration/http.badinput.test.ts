import { describe, expect, inject, test } from 'vitest';
import { errorEnvelope } from '../../shared/contract/common.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import { call, connectionOf, type JsonAnswer, signatureOf } from '../setup/switchboard.ts';

const { switchboard } = inject('stack');
const everything = connectionOf(switchboard);

function errorOf({ status, headers, body }: JsonAnswer) {
  const { error } = errorEnvelope.parse(body);
  expect(headers.get('x-ms-error-code')).toBe(error.code);
  expect(headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  return { status, ...error };
}

/** A signed body that is sent as it is. */
async function post(path: string, body: string): Promise<JsonAnswer> {
  const url = `${switchboard}${path}?api-version=2024-03-15`;
  const headers = { 'content-type': 'application/json', ...signatureOf(everything, 'POST', url, { body }) };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const sms = () => ({ from: SENDER, smsRecipients: [{ to: uniquePhone() }], message: 'Hello' });

describe('a body that is wrong', () => {
  test('an unknown field is named by its path', async () => {
    const body = { ...sms(), smsRecipients: [{ to: uniquePhone() }, { to: uniquePhone(), name: 'Anna' }] };
    expect(errorOf(await call(everything, { method: 'POST', target: '/sms/batches', body }))).toEqual({
      status: 400,
      code: 'InvalidRequest',
      message: 'smsRecipients[1].name: is not a known field',
      target: 'smsRecipients[1].name',
      details: [{ code: 'UnknownField', message: 'is not a known field', target: 'smsRecipients[1].name' }],
    });
  });

  test('every wrong field has its own detail', async () => {
    const body = { from: 5, smsRecipients: [{ to: 5 }], message: 'x'.repeat(2049) };
    const error = errorOf(await call(everything, { method: 'POST', target: '/sms', body }));
    expect(error).toMatchObject({ status: 400, code: 'InvalidRequest', message: expect.stringMatching(/^3 fields/) });
    expect(error.details?.map(({ target }) => target)).toEqual(['from', 'smsRecipients[0].to', 'message']);
  });

  test.each([
    ['a comma too many', '{\n  "from": "+18005550100",\n}', 'line 3, column 1 (offset 28)'],
    ['an end too early', '{"from": ', 'line 1, column 10 (offset 9)'],
    ['two values', '{} {}', 'line 1, column 4 (offset 3)'],
  ])('JSON with %s: the error says where', async (_what, body, position) => {
    const error = errorOf(await post('/sms', body));
    expect(error).toMatchObject({ status: 400, code: 'InvalidJson' });
    expect(error.message).toBe(`The body is not valid JSON at ${position}.`);
  });

  test('an array is no request', async () => {
    expect(errorOf(await post('/sms', '[]'))).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });

  test('nothing at all is no SMS', async () => {
    const answer = await call(everything, { method: 'POST', target: '/sms' });
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });

  test('nothing at all is an identity: the official clients send no body', async () => {
    const answer = await call(everything, { method: 'POST', target: '/identities' });
    expect(answer).toMatchObject({ status: 201, body: { identity: { id: expect.stringMatching(/^8:acs:/) } } });
  });

  test('more than the limit', async () => {
    const body = JSON.stringify({ ...sms(), message: 'x'.repeat(1024 * 1024) });
    expect(errorOf(await post('/sms', body))).toMatchObject({ status: 413, code: 'PayloadTooLarge' });
  });

  test('a mail may be larger, to the limit of ACS', async () => {
    const mail = (sizeBytes: number) =>
      JSON.stringify({ senderAddress: 'news@contoso.com', unknown: 'x'.repeat(sizeBytes) });
    expect(errorOf(await post('/emails:send', mail(2 * 1024 * 1024)))).toMatchObject({ status: 400 });
    expect(errorOf(await post('/emails:send', mail(10 * 1024 * 1024)))).toMatchObject({ status: 413 });
  });

  test('a chat message above 28 KB of UTF-8', async () => {
    const answer = await call(everything, {
      method: 'POST',
      target: '/chat/threads/19%3Ax%40thread.v2/messages',
      body: { content: 'ä'.repeat(14 * 1024 + 1) },
    });
    expect(errorOf(answer)).toMatchObject({ status: 400, target: 'content' });
  });
});

describe('a query that is wrong', () => {
  test.each([
    ['GET', '/chat/threads', 'maxPageSize=0', 'maxPageSize'],
    ['GET', '/chat/threads', 'maxPageSize=201', 'maxPageSize'],
    ['GET', '/chat/threads', 'maxPageSize=many', 'maxPageSize'],
    ['GET', '/chat/threads', 'startTime=yesterday', 'startTime'],
    ['POST', '/identities', 'dryRun=true', 'dryRun'],
  ])('%s %s?%s', async (method, path, query, target) => {
    const answer = await call(everything, { method, target: `${path}?${query}` });
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidRequest', target });
  });

  test.each([
    ['', 'ApiVersionUnspecified'],
    ['?api-version=', 'ApiVersionUnspecified'],
    ['?api-version=latest', 'InvalidApiVersion'],
  ])("the api-version in '%s'", async (query, code) => {
    const url = `${switchboard}/identities${query}`;
    const headers = signatureOf(everything, 'POST', url);
    const response = await fetch(url, { method: 'POST', headers });
    const answer = { status: response.status, headers: response.headers, body: await response.json() };
    expect(errorOf(answer)).toMatchObject({ status: 400, code, target: 'api-version' });
  });

  test.each(['2024-03-15-preview', '2021-03-07', '2031-01-01'])('any date is an api-version: %s', async (version) => {
    const answer = await call(everything, { method: 'POST', target: `/identities?api-version=${version}` });
    expect(answer.status).toBe(201);
  });
});

describe('a header that is wrong', () => {
  test.each([
    ['x-ms-client-request-id', 'no-uuid'],
    ['x-ms-client-request-id', '3fa85f6457174562b3fc2c963f66afa6a'],
    ['x-ms-client-request-id', '3fa85f64-57174562b3fc2c963f66afa6'],
    ['Idempotency-Key', 'with a space'],
    ['Idempotency-Key', 'x'.repeat(257)],
  ])('%s: %s', async (name, value) => {
    const answer = await call(everything, { method: 'POST', target: '/sms', body: sms(), headers: { [name]: value } });
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidRequest', target: name });
  });

  // The second form is that of the recordings of Azure/azure-sdk-for-net.
  test.each([crypto.randomUUID(), '7dee2bde52819ffa27e617a42084eded'])(
    'the client request id comes back: %s',
    async (id) => {
      const headers = { 'x-ms-client-request-id': id };
      const answer = await call(everything, { method: 'POST', target: '/identities', headers });
      expect(answer.headers.get('x-ms-client-request-id')).toBe(id);
    },
  );
});
