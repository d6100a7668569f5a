import { describe, expect, test } from 'vitest';
import { sendEmail } from '../../../../functions/email/sendEmail.ts';
import { anyOperation, KEYS, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(sendEmail);
const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const BODY = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello' },
};
const STATE = { id: ID, status: 'Running', error: null };
const acs = () => ({ status: 202, body: STATE, headers: { 'retry-after': '30' } });
const SENT = { target: '/emails:send?api-version=2024-03-15', params: {}, body: BODY };
const idOf = (headers: unknown) => String(Reflect.get(Object(headers), 'operation-id'));

test('a mail is answered with its state and where to look', async () => {
  const { http } = rig({ acs });
  expect(await http(OPERATION, SENT)).toMatchObject({
    status: 202,
    body: STATE,
    headers: {
      'operation-location': `https://switchboard.example/emails/operations/${ID}?api-version=2025-09-01`,
      'retry-after': '30',
    },
  });
});

describe('the operation id', () => {
  const ids = async (...headers: Record<string, string>[]) => {
    const { http, sent } = rig({ acs });
    for (const it of headers) await http(OPERATION, { ...SENT, headers: it });
    return sent.map((it) => idOf(it.headers));
  };

  test('is the caller’s own', async () => {
    expect(await ids({ 'operation-id': ID })).toEqual([ID]);
  });

  test('is another one for each mail without a name', async () => {
    const [one, other] = await ids({}, {});
    expect(one).not.toBe(other);
  });

  test('is one for one Idempotency-Key, also in another process', async () => {
    const [one] = await ids({ 'idempotency-key': 'a' });
    expect(await ids({ 'idempotency-key': 'a' })).toEqual([one]);
  });
});

test('a sender is held against the client’s list before anything is sent', async () => {
  const clients = [{ name: 'desk', keys: [KEYS.desk], senders: ['other@contoso.com'] }];
  const { http, sent } = rig({ acs, variables: { CLIENTS: JSON.stringify(clients) } });
  expect(await http(OPERATION, { ...SENT, key: KEYS.desk })).toMatchObject({
    status: 403,
    body: { error: { target: 'senderAddress' } },
  });
  expect(sent).toEqual([]);
});

test('a mail may be as large as ACS takes it', () => {
  expect(sendEmail.request.bodyLimitBytes).toBe(10 * 1024 * 1024);
});
