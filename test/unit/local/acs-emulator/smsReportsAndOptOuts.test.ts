import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rig, startRig } from './harness.ts';

const VERSION = 'api-version=2026-01-23';
const FROM = '+18005550100';
const TO = '+14255550123';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.close());

function optOuts(action: string, to: string = TO, version = VERSION) {
  return rig.call('POST', `/sms/optouts:${action}?${version}`, { body: { from: FROM, recipients: [{ to }] } });
}

async function report(smsSendOptions: object, to = TO, message = 'Hello') {
  const body = { from: FROM, smsRecipients: [{ to }], message, smsSendOptions };
  const sent = await rig.call('POST', `/sms?${VERSION}`, { body });
  return rig.call('GET', `/deliveryReports/${sent.body.value[0].messageId}?${VERSION}`);
}

test('opt-outs are added, checked and removed', async () => {
  const check = async () => (await optOuts('check')).body.value;
  expect(await check()).toEqual([{ to: TO, httpStatusCode: 200, isOptedOut: false }]);
  expect(await optOuts('add')).toMatchObject({ status: 200, body: { value: [{ to: TO, httpStatusCode: 200 }] } });
  expect(await check()).toEqual([{ to: TO, httpStatusCode: 200, isOptedOut: true }]);
  expect((await report({ enableDeliveryReport: true })).body).toMatchObject({
    deliveryStatus: 'Failed',
    deliveryStatusDetails: 'Sender blocked for given recipient.',
  });
  await optOuts('remove');
  expect(await check()).toEqual([{ to: TO, httpStatusCode: 200, isOptedOut: false }]);
  expect((await optOuts('add', 'not a number')).body.value).toMatchObject([{ httpStatusCode: 400 }]);
});

// Azure/azure-rest-api-specs, specification/communication/data-plane/Sms: versions with examples of opt-outs, and without
test.each(['2024-12-10-preview', '2025-05-29-preview', '2025-08-01-preview'])('%s has opt-outs', async (version) => {
  expect(await optOuts('check', TO, `api-version=${version}`)).toMatchObject({ status: 200 });
});

test.each(['2021-03-07', '2024-02-05-preview'])('%s has no opt-outs', async (version) => {
  const answer = await optOuts('check', TO, `api-version=${version}`);
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'UnsupportedApiVersion' } } });
});

// Sms/stable/2026-01-23/communicationservicessms.json, OptOutRequest: minItems 1, maxItems 100
test.each([
  [0, 400],
  [1, 200],
  [100, 200],
  [101, 400],
])('opt-outs of %i recipients in one call are answered with %i', async (count, status) => {
  const recipients = Array.from({ length: count }, (_, index) => ({ to: `+1425556${1000 + index}` }));
  const answer = await rig.call('POST', `/sms/optouts:add?${VERSION}`, { body: { from: FROM, recipients } });
  expect(answer.status).toBe(status);
});

test('a delivery report can be read if it was requested', async () => {
  expect(await report({ enableDeliveryReport: true, tag: 't1' })).toMatchObject({
    status: 200,
    body: { from: FROM, to: TO, deliveryStatus: 'Delivered', tag: 't1', deliveryAttempts: [{ segmentsSucceeded: 1 }] },
  });
  expect(await report({ enableDeliveryReport: false })).toMatchObject({ status: 404, body: { status: 404 } });
});

test('delivery to a number ending in 9999 fails, and each segment counts', async () => {
  expect((await report({ enableDeliveryReport: true }, '+14255559999', 'x'.repeat(161))).body).toMatchObject({
    deliveryStatus: 'Failed',
    deliveryStatusDetails: expect.stringContaining('4004'),
    deliveryAttempts: [{ segmentsSucceeded: 0, segmentsFailed: 2 }],
  });
});
