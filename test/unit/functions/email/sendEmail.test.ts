import { describe, expect, test } from 'vitest';
import { sendEmail } from '../../../../functions/email/sendEmail.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { recordEmailReport } from '../../../../shared/email/recordFact.ts';
import { wireId } from '../../../../shared/idempotency/wireIds.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { anyOperation, KEYS, NOW, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(sendEmail);
const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const BODY = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello' },
};
const UUID = /^[0-9a-f-]{36}$/;
const STATE = { id: ID, status: 'Running', error: null };
const acs = () => ({ status: 202, body: STATE, headers: { 'retry-after': '30' } });
const SENT = { target: '/emails:send?api-version=2024-03-15', params: {}, body: BODY };
const idOf = (headers: unknown) => String(Reflect.get(Object(headers), 'operation-id'));

test('the answer has the status of the email and the URL to poll', async () => {
  const { http } = rig({ acs });
  expect(await http(OPERATION, SENT)).toMatchObject({
    status: 202,
    body: { ...STATE, id: expect.stringMatching(UUID) },
    headers: {
      'operation-location': expect.stringMatching(
        /^https:\/\/switchboard\.example\/emails\/operations\/[0-9a-f-]{36}\?api-version=2025-09-01$/,
      ),
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

  test('is the caller’s own, in the caller’s namespace', async () => {
    const own = wireId(TEST_SECRET, 'email', ['client', 'shop'], ID);
    expect(await ids({ 'operation-id': ID.toUpperCase() })).toEqual([own]);
    expect(own).not.toBe(ID);
  });

  test('differs for each email without an Idempotency-Key', async () => {
    const [one, other] = await ids({}, {});
    expect(one).not.toBe(other);
  });

  test('is one for one Idempotency-Key, also in another process', async () => {
    const [one] = await ids({ 'idempotency-key': 'a' });
    expect(await ids({ 'idempotency-key': 'a' })).toEqual([one]);
  });
});

test('an email that ACS accepted under an id is not sent again', async () => {
  const { http, sent } = rig({ acs });
  const headers = { 'operation-id': ID };
  const first = await http(OPERATION, { ...SENT, headers });
  expect(await http(OPERATION, { ...SENT, headers })).toMatchObject({ status: 202, body: first.body });
  expect(sent).toHaveLength(1);
});

test('an id that another client has used names another email', async () => {
  const { http, sent } = rig({ acs });
  const headers = { 'operation-id': ID };
  const shop = await http(OPERATION, { ...SENT, headers });
  const office = await http(OPERATION, { ...SENT, headers, key: KEYS.office });
  expect([shop, office]).toMatchObject([
    { status: 202, body: { id: ID } },
    { status: 202, body: { id: ID } },
  ]);
  expect(new Set(sent.map((it) => idOf(it.headers))).size).toBe(2);
});

test('the caller’s id is in the answer, its link and its events', async () => {
  const { http, sent, runtime, storage } = rig({ acs });
  const answer = await http(OPERATION, { ...SENT, headers: { 'operation-id': ID } });
  expect(answer.body).toEqual(STATE);
  expect(answer.headers['operation-location']).toContain(`/emails/operations/${ID}?`);
  const messageId = idOf(sent[0]?.headers);
  const report = { messageId, sender: 'news@contoso.com', recipient: 'anna@contoso.com', details: '' };
  expect(await recordEmailReport(runtime.emails, { ...report, status: 'Delivered', attemptedOn: NOW.getTime() })).toBe(
    'recorded',
  );
  const events = storage.messages('outcomes');
  expect(events).toMatchObject([
    { subject: ID, data: { id: ID } },
    { subject: ID, data: { id: ID } },
  ]);
  expect(JSON.stringify(events)).not.toContain(messageId);
});

describe('after a 429', () => {
  const throttled = () => {
    throw new SwitchboardError('TooManyRequests', 'PerSubscriptionPerHourLimitExceeded', { retryAfterSeconds: 600 });
  };

  test('the whole domain waits, without calling ACS again; other domains do not', async () => {
    const { http, sent, clock } = rig({ acs: throttled });
    expect(await http(OPERATION, SENT)).toMatchObject({ status: 429, headers: { 'retry-after': '600' } });
    clock.date = new Date(clock.date.getTime() + 60_000);
    expect(await http(OPERATION, SENT)).toMatchObject({ status: 429, headers: { 'retry-after': '540' } });
    expect(sent).toHaveLength(1);
    await http(OPERATION, { ...SENT, body: { ...BODY, senderAddress: 'news@fabrikam.com' } });
    expect(sent).toHaveLength(2);
  });

  test('emails from the queue are put back, each with its own delay', async () => {
    const { deliver, storage } = rig({ acs: throttled });
    for (const id of ['one', 'two']) await deliver(OPERATION, { id, body: BODY });
    const delays = storage.sent
      .filter(({ queue }) => queue === 'send-email')
      .map(({ options }) => options.delaySeconds);
    expect(delays).toEqual([600, 640]); // 100 an hour, of which waiting mails take 90 %
  });
});

test('an email from the queue first has the outcome accepted; its final status follows', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { id: 'one', replyTo: 'answers', body: BODY });
  expect(storage.messages('answers')).toMatchObject([
    { type: 'switchboard.sendEmail.accepted', subject: 'one', httpstatus: 202 },
  ]);
});

test('a sender that the client may not use is refused before anything is sent', async () => {
  const clients = [{ name: 'desk', keys: [KEYS.desk], senders: ['other@contoso.com'] }];
  const { http, sent } = rig({ acs, variables: { CLIENTS: JSON.stringify(clients) } });
  expect(await http(OPERATION, { ...SENT, key: KEYS.desk })).toMatchObject({
    status: 403,
    body: { error: { target: 'senderAddress' } },
  });
  expect(sent).toEqual([]);
});

test('an email may be as large as ACS allows', () => {
  expect(sendEmail.body.limitBytes).toBe(10 * 1024 * 1024);
});
