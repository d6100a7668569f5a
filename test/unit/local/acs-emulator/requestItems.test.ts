import { expect, test } from 'vitest';
import { PRIMARY_KEY, rigForTest, SECONDARY_KEY, SMS } from './harness.ts';

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
  const { body: item } = await rig.call('GET', `/_emulator/items/request/${failed.id}`, { key: null });
  expect(item).toMatchObject({ errorCode: 'ServiceUnavailable', fault: { status: 503, afterEffect: true } });
});
