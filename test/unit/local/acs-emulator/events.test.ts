import { expect, test } from 'vitest';
import { type EventRig, eventRig, sendEmail, sendSms } from './eventRig.ts';
import { rigForTest } from './harness.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const TOPIC =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.Communication' +
  '/CommunicationServices/emulator';
const TO = '+14255550123';

test('an SMS with a delivery report emits an event in the Event Grid schema', async () => {
  const rig = await eventRig();
  const [messageId] = await sendSms(rig, [TO]);
  expect(await rig.after(200)).toEqual([
    {
      id: expect.stringMatching(UUID),
      topic: TOPIC,
      subject: '/phonenumber/+18005550100',
      data: {
        messageId,
        from: '+18005550100',
        to: TO,
        deliveryStatus: 'Delivered',
        deliveryStatusDetails: 'Message delivered successfully.',
        deliveryAttempts: [{ timestamp: '2026-01-15T08:30:00.250Z', segmentsSucceeded: 1, segmentsFailed: 0 }],
        receivedTimestamp: '2026-01-15T08:30:00.250Z',
      },
      eventType: 'Microsoft.Communication.SMSDeliveryReportReceived',
      dataVersion: '1.0',
      metadataVersion: '1',
      eventTime: '2026-01-15T08:30:00.450Z',
    },
  ]);
});

test('the event of an SMS contains its delivery report', async () => {
  const rig = await eventRig();
  const ids = await sendSms(rig, [TO, '+14255559999']);
  const data = (await rig.after(200)).map((event) => event.data);
  const read = ids.map((id) => rig.call('GET', `/deliveryReports/${id}?api-version=2026-01-23`));
  expect(data).toEqual((await Promise.all(read)).map(({ body }) => body));
  expect(data.map((it) => it['deliveryStatus'])).toEqual(['Delivered', 'Failed']);
});

test('no event is emitted without a delivery report, for an invalid number, or for a repeat', async () => {
  const rig = await eventRig();
  await sendSms(rig, [TO], false);
  await sendSms(rig, ['not a number']);
  expect(await rig.after(200)).toEqual([]);
  expect(await rig.state()).toMatchObject({ pending: 0, sent: 0 });
});

test('an email message emits one event per recipient after it has settled', async () => {
  const rig = await eventRig({ emailSettleMilliseconds: 3000 });
  const id = await sendEmail(rig, ['anna@example.com', 'bounced@example.com']);
  expect(await rig.after(3199)).toEqual([]);
  const events = await rig.after(1);
  expect(events.map(({ data }) => [data['recipient'], data['status']])).toEqual([
    ['anna@example.com', 'Delivered'],
    ['bounced@example.com', 'Bounced'],
  ]);
  expect(events[0]).toMatchObject({
    subject: `sender/News@contoso.com/message/${id}`,
    eventType: 'Microsoft.Communication.EmailDeliveryReportReceived',
    eventTime: '2026-01-15T08:30:03.450Z',
    data: {
      sender: 'News@contoso.com',
      messageId: id,
      internetMessageId: `<${id}@contoso.com>`,
      deliveryStatusDetails: { statusMessage: expect.any(String) },
      deliveryAttemptTimeStamp: '2026-01-15T08:30:03.4500000+00:00',
    },
  });
  expect(new Set(events.map((event) => event.id)).size).toBe(2);
});

test('a lost, stuck or dropped email message emits no event', async () => {
  const rig = await eventRig();
  for (const word of ['lost', 'stuck', 'failed']) await sendEmail(rig, [`${word}@example.com`, 'anna@example.com']);
  expect(await rig.after(86_400_000)).toEqual([]);
});

test('the same events are available in the CloudEvents schema', async () => {
  const rig = await eventRig();
  await sendSms(rig, [TO]);
  expect(await rig.set({ schema: 'cloudEvents' })).toMatchObject({ body: { schema: 'cloudEvents', pending: 1 } });
  expect(await rig.after(200)).toEqual([
    {
      specversion: '1.0',
      id: expect.stringMatching(UUID),
      source: TOPIC,
      type: 'Microsoft.Communication.SMSDeliveryReportReceived',
      subject: '/phonenumber/+18005550100',
      time: '2026-01-15T08:30:00.450Z',
      data: expect.objectContaining({ to: TO }),
    },
  ]);
});

test('events are delayed and ordered by their due times', async () => {
  const rig = await eventRig();
  await rig.set({ delaySeconds: 10 });
  await sendSms(rig, ['+14255550101']);
  await rig.set({ delaySeconds: 0.5 });
  await sendSms(rig, ['+14255550102', '+14255550103']);
  expect((await rig.after(499)).length).toBe(0);
  expect((await rig.after(1)).map(({ data }) => data['to'])).toEqual(['+14255550102', '+14255550103']);
  expect(await rig.state()).toMatchObject({ enabled: true, delaySeconds: 0.5, pending: 1, sent: 2 });
  expect((await rig.after(9500)).map(({ data }) => data['to'])).toContain('+14255550101');
});

test('while events are disabled none are created; earlier ones are still sent', async () => {
  const rig = await eventRig();
  await sendSms(rig, ['+14255550101']);
  await rig.set({ enabled: false });
  await sendSms(rig, ['+14255550102']);
  await rig.set({ enabled: true });
  await sendSms(rig, ['+14255550103']);
  expect((await rig.after(60_000)).map(({ data }) => data['to'])).toEqual(['+14255550101', '+14255550103']);
});

test('a reset discards pending events', async () => {
  const rig = await eventRig();
  await sendSms(rig, [TO]);
  await rig.call('DELETE', '/_emulator', { key: null });
  expect(await rig.after(200)).toEqual([]);
  expect(await rig.state()).toMatchObject({ pending: 0, sent: 0 });
});

test('without event storage, events cannot be enabled', async () => {
  const rig = await rigForTest();
  const { body } = await rig.call('GET', '/_emulator/events', { key: null });
  expect(body).toMatchObject({ enabled: false, pending: 0 });
  expect(await rig.call('PUT', '/_emulator/events', { key: null, body: { enabled: true } })).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('--events-storage') } },
  });
});

test.each([
  [[]],
  [{ enabled: 1 }],
  [{ delaySeconds: -1 }],
  [{ delaySeconds: '1' }],
  [{ delaySeconds: 86_401 }],
  [{ schema: 'custom' }],
  [{ delay: 1 }],
])('%j is rejected', async (body) => {
  const rig: EventRig = await eventRig();
  expect(await rig.set(body)).toMatchObject({ status: 400, body: { error: { code: 'InvalidEvents' } } });
});

test('closing sends the events that are due and does not wait for others', async () => {
  const rig = await eventRig();
  await rig.set({ delaySeconds: 3600 });
  await sendSms(rig, ['+14255550101']);
  await rig.set({ delaySeconds: 0.2 });
  await sendSms(rig, ['+14255550102']);
  rig.clock.advance(200);
  await rig.close();
  expect(rig.queue.map(({ data }) => data['to'])).toEqual(['+14255550102']);
});
