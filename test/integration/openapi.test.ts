import { describe, expect, inject, test } from 'vitest';
import { signedFetch } from '../../infra/local/client/signedFetch.ts';
import { submit, submitCsv, submitted } from '../setup/batches.ts';
import { recipientsOf, SENDER, uniqueAddress, uniquePacedSender, uniquePhone, uniqueSender } from '../setup/names.ts';
import { readDescription } from '../setup/openApi.ts';
import { call, connectionOf, type JsonAnswer, type JsonRequest } from '../setup/switchboard.ts';

const { switchboard } = inject('stack');
const connection = connectionOf(switchboard);
const { document, problems } = await readDescription(switchboard);

/** An answer under this status, and as it is described. */
function expectDescribed(operation: string, status: number, answer: JsonAnswer): void {
  expect(answer).toMatchObject({ status });
  expect(problems(operation, answer)).toEqual([]);
}

const get = (target: string) => call(connection, { method: 'GET', target });
const post = (target: string, rest: Omit<JsonRequest, 'method' | 'target'> = {}) =>
  call(connection, { method: 'POST', target, ...rest });

const sms = () => ({ from: SENDER, smsRecipients: [{ to: uniquePhone() }], message: 'Hello' });
const batch = () => ({ from: uniqueSender(), message: 'Hello', recipients: recipientsOf(3) });
const mail = () => ({
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: uniqueAddress() }] },
  content: { subject: 'Subject', plainText: 'Text' },
});

describe('the description', () => {
  const read = (headers: Record<string, string> = {}) => fetch(`${switchboard}/openapi.json`, { headers });

  test('is open to everybody and says where it was asked for', async () => {
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: switchboard }] });
    expect((await read()).headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('is not sent again to those who have it', async () => {
    const { headers } = await read();
    expect(headers.get('cache-control')).toBe('no-cache');
    const etag = headers.get('etag') ?? '';
    for (const tag of [etag, `"other", W/${etag}`, '*']) {
      const again = await read({ 'if-none-match': tag });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    }
    expect((await read({ 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe('answers are as described', () => {
  test('of health', async () => {
    const response = await fetch(`${switchboard}/health`);
    expectDescribed('health', 200, {
      ...response,
      status: 200,
      headers: response.headers,
      body: await response.json(),
    });
  });

  test('of a batch that is submitted', async () => {
    expectDescribed('submitSmsBatch', 202, await submit(connection, batch()));
    expectDescribed('submitSmsBatch', 200, await submit(connection, batch(), undefined, '?dryRun=true'));
    const query = { from: uniqueSender(), message: 'Hello {{name}}' };
    expectDescribed(
      'submitSmsBatch',
      202,
      await submitCsv(connection, 'to,name\n+14255550123,Anna\nnobody,Ben\n', query),
    );
    expectDescribed('submitSmsBatch', 400, await submit(connection, { ...batch(), recipients: 'all' }));
  });

  test('of a batch that is looked at and stopped', async () => {
    const body = { from: uniquePacedSender(), message: 'Hello', recipients: recipientsOf(70) };
    const { id } = await submitted(connection, body);
    expectDescribed('getSmsBatch', 200, await get(`/sms/batches/${id}`));
    expectDescribed('listSmsBatches', 200, await get('/sms/batches?maxPageSize=2'));
    expectDescribed('listSmsBatchResults', 200, await get(`/sms/batches/${id}/results?maxPageSize=2`));
    expectDescribed('redriveSmsBatch', 409, await post(`/sms/batches/${id}:redrive`));
    expectDescribed('cancelSmsBatch', 200, await post(`/sms/batches/${id}:cancel`));
    expectDescribed('getSmsBatch', 404, await get(`/sms/batches/${crypto.randomUUID()}`));
    expectDescribed('getSmsBatch', 400, await get('/sms/batches/one'));
  });

  test('of results in CSV', async () => {
    const { id } = await submitted(connection, batch());
    const target = `/sms/batches/${id}/results?maxPageSize=1`;
    const { status, headers } = await signedFetch(connection, {
      method: 'GET',
      target,
      headers: { accept: 'text/csv' },
    });
    expect(headers.get('link')).toContain('rel="next"');
    const csv = { content: { 'text/csv': {} }, headers: { Link: {} } };
    expect(document).toMatchObject({
      paths: { '/sms/batches/{id}/results': { get: { responses: { [status]: csv } } } },
    });
  });

  test('of opt-outs', async () => {
    expectDescribed('listSmsOptOuts', 200, await get('/sms/optouts?maxPageSize=2'));
    expectDescribed('listSmsOptOuts', 400, await get('/sms/optouts?from=nobody!'));
  });

  test('of mails', async () => {
    const sent = await post('/emails:send', { body: mail() });
    expectDescribed('sendEmail', 202, sent);
    const { id } = sent.body as { id: string };
    expectDescribed('getEmailOperation', 200, await get(`/emails/operations/${id}`));
    expectDescribed('getEmailOperation', 404, await get(`/emails/operations/${crypto.randomUUID()}`));
  });

  test('of delivery reports', async () => {
    const smsSendOptions = { enableDeliveryReport: true };
    const { body } = await post('/sms', { body: { ...sms(), smsSendOptions } });
    const [{ messageId } = { messageId: '' }] = (body as { value: { messageId: string }[] }).value;
    expectDescribed('getSmsDeliveryReport', 200, await get(`/deliveryReports/${messageId}`));
    expectDescribed('getSmsDeliveryReport', 404, await get('/deliveryReports/none'));
  });

  test('that are replayed, and those to a key that is used again', async () => {
    const headers = { 'Idempotency-Key': crypto.randomUUID(), 'x-ms-client-request-id': crypto.randomUUID() };
    const body = sms();
    await post('/sms', { body, headers });
    const again = await post('/sms', { body, headers });
    expectDescribed('sendSms', 202, again);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expectDescribed('sendSms', 422, await post('/sms', { body: sms(), headers }));
  });

  test('that refuse', async () => {
    const mayOnlySendSms = connectionOf(switchboard, 'smsOnly');
    const forbidden = await call(mayOnlySendSms, { method: 'POST', target: '/emails:send', body: mail() });
    expectDescribed('sendEmail', 403, forbidden);
    const stranger = { ...connection, accessKey: Buffer.from('a key that nobody has').toString('base64') };
    expectDescribed('getSmsBatch', 401, await call(stranger, { method: 'GET', target: '/sms/batches/one' }));
    const message = 'x'.repeat(1024 * 1024);
    expectDescribed('sendSms', 413, await post('/sms', { body: { ...sms(), message } }));
    expectDescribed('issueAccessToken', 400, await post('/identities/8:acs:nobody/:issueAccessToken', { body: {} }));
  });
});

describe('what is not described is found out', () => {
  const headers = new Headers({ 'x-ms-request-id': crypto.randomUUID() });

  test.each([
    [418, { error: { code: 'Teapot', message: 'I am.' } }, headers, '418 is not described'],
    [200, { state: 'lost' }, headers, ' must have required property'],
    [200, undefined, headers, 'there is no body'],
    [401, { code: 'Denied' }, headers, " must have required property 'error'"],
    [
      404,
      { error: { code: 'NotFound', message: '-' } },
      new Headers({ link: '<>' }),
      'the header Link is not described',
    ],
  ])('%i %j', (status, body, given, problem) => {
    expect(problems('getSmsBatch', { status, body, headers: given }).join()).toContain(problem);
  });
});
