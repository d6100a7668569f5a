import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { importKey, sign } from '../../../../shared/signing/sign.ts';
import { createUser, PRIMARY_KEY, type Rig, rigForTest, SECONDARY_KEY, SEND_EMAIL, SMS, THREADS } from './harness.ts';

const SEND = { from: '+18335550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello' };

test('a request is an item of the mailbox whose key signed it', async () => {
  const rig = await rigForTest();
  const sent = await rig.call('POST', SMS, { body: SEND, headers: { 'x-ms-client-request-id': 'mine' } });
  const { body: page } = await rig.call('GET', '/_emulator/items?channel=request', { key: null });
  expect(page).toMatchObject({
    total: 1,
    value: [
      { channel: 'request', from: 'sendSms', subject: 'POST /sms', status: '202', at: '2026-01-15T08:30:00.250Z' },
    ],
  });
  const { body: item } = await rig.call('GET', `/_emulator/items/request/${page.value[0].id}`, { key: null });
  expect(item).toMatchObject({
    method: 'POST',
    target: SMS,
    operation: 'sendSms',
    isRepeat: false,
    request: {
      body: { text: JSON.stringify(SEND), isText: true, isCut: false, sizeBytes: JSON.stringify(SEND).length },
    },
    answer: { body: { text: JSON.stringify(sent.body), isText: true } },
  });
  expect(item.request.headers).toContainEqual(['x-ms-client-request-id', 'mine']);
  expect(item.answer.headers).toContainEqual(['content-type', 'application/json; charset=utf-8']);
  expect([PRIMARY_KEY, SECONDARY_KEY].filter((key) => JSON.stringify(item).includes(key))).toEqual([]);
});

test('a request with a fault, without an operation or with a wrong key is an item, too; calls of the emulator are not', async () => {
  const rig = await rigForTest({ faults: [{ operation: 'sendSms', status: 503, count: 1, afterEffect: true }] });
  await rig.call('POST', SMS, { body: SEND });
  await rig.call('POST', '/smss', { body: SEND });
  await rig.call('POST', SMS, { body: SEND, key: Buffer.from('another').toString('base64') });
  await rig.call('GET', '/_emulator/unknown', { key: null });
  const { body } = await rig.call('GET', '/_emulator/items?channel=request', { key: null });
  expect(body.value.map(({ status, from, subject }: Record<string, string>) => [status, from, subject])).toEqual([
    ['401', 'sendSms', 'POST /sms'],
    ['404', '', 'POST /smss'],
    ['503', 'sendSms', 'POST /sms'],
  ]);
  const [, , failed] = body.value;
  const item = await itemOf(rig, failed.id);
  expect(item).toMatchObject({ errorCode: 'ServiceUnavailable', fault: { status: 503, afterEffect: true } });
});

async function itemOf({ call }: Rig, id: string) {
  return (await call('GET', `/_emulator/items/request/${id}`, { key: null })).body;
}

async function newest({ call }: Rig) {
  return (await call('GET', '/_emulator/latest?channel=request', { key: null })).body;
}

test('a refused signature is explained, even if only the beginning of the body is kept', async () => {
  const rig = await rigForTest();
  const url = new URL(SMS, rig.emulator.url);
  const body = 'x'.repeat(100_000);
  const signed = sign({ method: 'PUT', url, body, date: rig.clock.now() }, importKey(PRIMARY_KEY));
  const { host: _host, ...headers } = signed;
  expect(await rig.call('POST', SMS, { key: null, headers, body })).toMatchObject({ status: 401 });
  const { signature, request } = await newest(rig);
  expect(request.body).toMatchObject({ sizeBytes: 100_000, isCut: true, text: 'x'.repeat(16 * 1024) });
  expect(signature).toMatchObject({ isCertain: true });
  expect(signature.lines).toContainEqual({ part: 'method', client: 'PUT', emulator: 'POST', differs: true });
});

test('a signature that was not verified or not refused is not explained', async () => {
  const rig = await rigForTest({ faults: [{ operation: 'sendSms', status: 401, count: 1 }] });
  await rig.call('POST', SMS, { body: SEND, key: null });
  expect((await newest(rig)).signature).toBeUndefined();
  await rig.call('POST', SMS, { body: SEND });
  expect((await newest(rig)).signature).toBeUndefined();
});

test('a body that is not text, and one that is cut inside a character, are shown as far as they are text', async () => {
  const rig = await rigForTest();
  await fetch(new URL('/sms', rig.emulator.url), { method: 'POST', body: Buffer.from([0x50, 0xff, 0xfe]) });
  expect((await newest(rig)).request.body).toEqual({ sizeBytes: 3, text: '', isText: false, isCut: false });
  // 16 KiB end after the second of the three bytes of a euro sign
  await fetch(new URL('/sms', rig.emulator.url), { method: 'POST', body: `${'x'.repeat(16 * 1024 - 2)}€€` });
  expect((await newest(rig)).request.body).toMatchObject({
    text: 'x'.repeat(16 * 1024 - 2),
    isText: true,
    isCut: true,
  });
});

test('a request that is never answered, or whose connection is reset, has no answer', async () => {
  const rig = await rigForTest({ faults: [{ operation: 'sendSms', status: 'reset' }] });
  await expect(rig.call('POST', SMS, { body: SEND })).rejects.toThrow('fetch failed');
  const item = await newest(rig);
  expect(item).toMatchObject({ status: 'reset', fault: { status: 'reset' } });
  expect(item.answer).toBeUndefined();
});

test('a request that repeats another one says so', async () => {
  const rig = await rigForTest();
  const repeatable = { repeatabilityRequestId: randomUUID(), repeatabilityFirstSent: rig.clock.rfc1123() };
  const body = { ...SEND, smsRecipients: [{ to: '+14255550123', ...repeatable }] };
  const { body: first } = await rig.call('POST', SMS, { body });
  expect(await newest(rig)).toMatchObject({
    isRepeat: false,
    items: [{ channel: 'sms', id: first.value[0].messageId }],
  });
  await rig.call('POST', SMS, { body });
  expect(await newest(rig)).toMatchObject({ isRepeat: true, items: [] });

  const email = {
    senderAddress: 'shop@contoso.example',
    content: { subject: 'Order', plainText: 'Thank you' },
    recipients: { to: [{ address: 'ada@fabrikam.example' }] },
  };
  const headers = { 'operation-id': randomUUID() };
  for (const isRepeat of [false, true]) {
    await rig.call('POST', SEND_EMAIL, { body: email, headers });
    expect(await newest(rig)).toMatchObject({ isRepeat });
  }

  const { token } = await createUser(rig);
  const ids = { 'repeatability-request-id': randomUUID() };
  for (const isRepeat of [false, true]) {
    await rig.call('POST', THREADS, { token, body: { topic: 'Topic' }, headers: ids });
    expect(await newest(rig)).toMatchObject({ isRepeat, operation: 'createChatThread' });
  }
});
