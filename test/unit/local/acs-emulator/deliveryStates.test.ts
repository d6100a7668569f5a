import { describe, expect, test } from 'vitest';
import { type EventRig, eventRig, sendEmail, sendSms } from './eventRig.ts';

const put = ({ call }: EventRig, path: string, body: object) => call('PUT', `/_emulator/${path}`, { key: null, body });
const item = async ({ call }: EventRig, channel: string, id = '') =>
  (await call('GET', `/_emulator/items/${channel}/${encodeURIComponent(id)}`, { key: null })).body;
const REPORT = '?api-version=2026-01-23';

describe('the delivery state of an SMS message', () => {
  test('is in its report, its item, and another event', async () => {
    const rig = await eventRig();
    const [id = ''] = await sendSms(rig, ['+14255550123']);
    await rig.after(200);
    const details = '4006: The destination number is unreachable.';
    expect((await put(rig, `sms/${id}/delivery`, { status: 'Failed', details })).status).toBe(204);
    const expected = { deliveryStatus: 'Failed', deliveryStatusDetails: details };
    const report = await rig.call('GET', `/deliveryReports/${id}${REPORT}`);
    expect(report.body).toMatchObject({ ...expected, deliveryAttempts: [{ segmentsSucceeded: 0, segmentsFailed: 1 }] });
    expect(await item(rig, 'sms', id)).toMatchObject({
      status: 'Failed',
      delivery: { status: 'Failed', details, hasReport: true, isSetByHand: true },
      conversation: [{ id, status: 'Failed' }],
    });
    const events = await rig.after(200);
    expect(events.map(({ data }) => data['deliveryStatus'])).toEqual(['Delivered', 'Failed']);
    expect(events[1]?.data).toMatchObject({ messageId: id, ...expected });
    expect(new Set(events.map((it) => it.id)).size).toBe(2);
  });

  test('can be set again, each time with an event', async () => {
    const rig = await eventRig();
    const [id = ''] = await sendSms(rig, ['+14255559999']);
    for (const status of ['Delivered', 'Failed', 'Delivered']) await put(rig, `sms/${id}/delivery`, { status });
    const events = await rig.after(200);
    // The first event had not been sent when the state was set.
    expect(events.map(({ data }) => data['deliveryStatus'])).toEqual(
      expect.arrayContaining(['Delivered', 'Delivered', 'Delivered', 'Failed']),
    );
    expect(new Set(events.map((it) => it.id)).size).toBe(4);
  });

  test('causes no event if no report was asked for', async () => {
    const rig = await eventRig();
    const [id = ''] = await sendSms(rig, ['+14255550123'], false);
    expect((await put(rig, `sms/${id}/delivery`, { status: 'Failed' })).status).toBe(204);
    expect(await item(rig, 'sms', id)).toMatchObject({ status: 'Failed', delivery: { hasReport: false } });
    expect(await rig.after(1000)).toEqual([]);
  });

  test.each([
    [{ status: 'Bounced' }, 'status'],
    [{ status: 'Failed', detail: 'x' }, 'detail'],
    [{}, 'status'],
  ])('%j is refused', async (body, target) => {
    const rig = await eventRig();
    const [id = ''] = await sendSms(rig, ['+14255550123']);
    expect(await put(rig, `sms/${id}/delivery`, body)).toMatchObject({ status: 400, body: { error: { target } } });
  });

  test('of a received or unknown message cannot be set', async () => {
    const rig = await eventRig();
    const body = { from: '+14255550123', to: '+18005550100', message: 'Hi' };
    const { messageId } = (await rig.call('POST', '/_emulator/sms/incoming', { key: null, body })).body;
    for (const id of [messageId, 'unknown']) {
      expect((await put(rig, `sms/${id}/delivery`, { status: 'Failed' })).status).toBe(404);
    }
  });
});

describe('the delivery status of an email message', () => {
  test('is in its item and another event', async () => {
    const rig = await eventRig({ emailSettleMilliseconds: 1000 });
    const id = await sendEmail(rig, ['a@contoso.example', 'b@contoso.example']);
    await rig.after(1200);
    const set = { recipient: 'B@contoso.example', status: 'Bounced' };
    expect((await put(rig, `emails/${id}/delivery`, set)).status).toBe(204);
    expect(await item(rig, 'email', id)).toMatchObject({
      status: 'Bounced',
      recipients: [{ status: 'Delivered' }, { status: 'Bounced' }],
      operation: { status: 'Succeeded' },
    });
    const events = await rig.after(200);
    expect(events).toHaveLength(3);
    expect(events[2]).toMatchObject({
      eventType: 'Microsoft.Communication.EmailDeliveryReportReceived',
      data: { messageId: id, recipient: 'b@contoso.example', status: 'Bounced' },
    });
    expect(new Set(events.map((it) => it.id)).size).toBe(3);
  });

  test('that is set early is the one of the first event, too', async () => {
    const rig = await eventRig({ emailSettleMilliseconds: 1000 });
    const id = await sendEmail(rig, ['a@contoso.example']);
    await put(rig, `emails/${id}/delivery`, { recipient: 'a@contoso.example', status: 'Quarantined' });
    const events = await rig.after(1200);
    expect(events.map(({ data }) => data['status'])).toEqual(['Quarantined', 'Quarantined']);
  });

  // https://learn.microsoft.com/azure/event-grid/communication-services-email-events
  test.each(['Delivered', 'Suppressed', 'Bounced', 'Quarantined', 'FilteredSpam', 'Expanded', 'Failed'])(
    'can be %s',
    async (status) => {
      const rig = await eventRig();
      const id = await sendEmail(rig, ['a@contoso.example']);
      expect((await put(rig, `emails/${id}/delivery`, { recipient: 'a@contoso.example', status })).status).toBe(204);
    },
  );

  test.each([
    [{ recipient: 'a@contoso.example', status: 'Lost' }, 'status'],
    [{ recipient: 'other@contoso.example', status: 'Bounced' }, 'recipient'],
    [{ status: 'Bounced' }, 'recipient'],
  ])('%j is refused', async (body, target) => {
    const rig = await eventRig();
    const id = await sendEmail(rig, ['a@contoso.example']);
    expect(await put(rig, `emails/${id}/delivery`, body)).toMatchObject({ status: 400, body: { error: { target } } });
  });
});

describe('an opt-out', () => {
  test('applies to the messages of one sender, until it is taken back', async () => {
    const rig = await eventRig();
    const optOut = { from: '+18005550100', to: '+14255550123', isOptedOut: true };
    expect((await put(rig, 'sms/opt-outs', optOut)).status).toBe(204);
    const [blocked] = await sendSms(rig, ['+14255550123']);
    expect(await item(rig, 'sms', blocked)).toMatchObject({ status: 'Failed', isOptedOut: true });
    await put(rig, 'sms/opt-outs', { ...optOut, isOptedOut: false });
    const [sent] = await sendSms(rig, ['+14255550123']);
    expect(await item(rig, 'sms', sent)).toMatchObject({ status: 'Delivered', isOptedOut: false });
    expect(await item(rig, 'sms', blocked)).toMatchObject({ status: 'Failed', isOptedOut: false });
  });

  test.each([
    [{ from: '+', to: '+14255550123', isOptedOut: true }, 'from'],
    [{ from: '+18005550100', to: 'someone', isOptedOut: true }, 'to'],
    [{ from: '+18005550100', to: '+14255550123' }, 'isOptedOut'],
  ])('%j is refused', async (body, target) => {
    expect(await put(await eventRig(), 'sms/opt-outs', body)).toMatchObject({
      status: 400,
      body: { error: { target } },
    });
  });
});
