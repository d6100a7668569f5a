import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SmsStore } from '../../../../infra/local/acs-emulator/sms/smsStore.ts';
import { type Rig, rigForTest, SMS, startRig } from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

beforeEach(async () => {
  await rig.call('DELETE', '/_emulator', { key: null });
});

afterAll(() => rig.close());

function message(changes: object = {}) {
  return { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello', ...changes };
}

describe('a send', () => {
  test('returns 202 with a result per recipient, in order', async () => {
    const { status, body } = await rig.call('POST', SMS, {
      body: message({ smsRecipients: [{ to: '+14255550123' }, { to: 'not a number' }] }),
    });
    expect(status).toBe(202);
    expect(body).toEqual({
      value: [
        {
          to: '+14255550123',
          messageId: expect.stringMatching(/^Outgoing_20260115083000[0-9a-f-]{36}_noam$/),
          httpStatusCode: 202,
          successful: true,
        },
        {
          to: 'not a number',
          httpStatusCode: 400,
          errorMessage: 'Invalid To phone number format.',
          successful: false,
        },
      ],
    });
  });

  // https://github.com/Azure/azure-sdk-for-js, sdk/communication/communication-sms/recordings
  test.each([
    '+1425555012345',
    '+18005551234567',
    '+112345678901',
    '14255550124',
    '+1425555012',
    '+4915',
    '',
    '+999123456',
  ])('to %j, which is not a phone number, fails for this recipient', async (to) => {
    const smsRecipients = [{ to }, { to: '+14255550123' }];
    const { status, body } = await rig.call('POST', SMS, { body: message({ smsRecipients }) });
    expect(status).toBe(202);
    expect(body.value[0]).toEqual({
      ...{ to, httpStatusCode: 400, errorMessage: 'Invalid To phone number format.', successful: false },
    });
    expect(body.value[1]).toMatchObject({ httpStatusCode: 202, successful: true });
  });

  test.each(['+4915112345678', '+436641234567', '+6281234567890', '+358401234567'])('reaches %s', async (to) => {
    const { body } = await rig.call('POST', SMS, { body: message({ smsRecipients: [{ to }] }) });
    expect(body.value).toMatchObject([{ to, successful: true }]);
  });

  test.each(['+18005550100', '+14255550100', '12345', '123456', 'Contoso 1'])('accepts the sender %s', async (from) => {
    expect((await rig.call('POST', SMS, { body: message({ from }) })).status).toBe(202);
  });

  test.each(['', '1234', '1234567', '18005550100', 'More than 11 ch', '+1', 'Contoso!'])(
    'refuses the sender "%s" in the ModelState form',
    async (from) => {
      expect(await rig.call('POST', SMS, { body: message({ from }) })).toMatchObject({
        status: 400,
        body: { From: ['Invalid from phone number format.'] },
      });
    },
  );

  test('rejects with problem+json since 2026-01-23', async () => {
    const path = '/sms?api-version=2026-01-23';
    const { status, headers, body } = await rig.call('POST', path, { body: message({ smsRecipients: [] }) });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 400, errors: { SmsRecipients: [expect.any(String)] } });
  });

  test.each([
    [0, 400],
    [1, 202],
    [100, 202],
    [101, 400],
  ])('to %i recipients returns %i', async (count, status) => {
    const smsRecipients = Array.from({ length: count }, () => ({ to: '+14255550123' }));
    expect((await rig.call('POST', SMS, { body: message({ smsRecipients }) })).status).toBe(status);
  });

  test.each([
    [2048, 202],
    [2049, 400],
  ])('of %i characters returns %i', async (length, status) => {
    expect((await rig.call('POST', SMS, { body: message({ message: 'x'.repeat(length) }) })).status).toBe(status);
  });

  test.each([
    { smsSendOptions: {} },
    { smsSendOptions: { enableDeliveryReport: 'yes' } },
    { message: undefined },
    { message: 7 },
    { smsRecipients: [{}] },
    { smsRecipients: 'all' },
  ])('rejects %j', async (changes) => {
    expect((await rig.call('POST', SMS, { body: message(changes) })).status).toBe(400);
  });

  test('rejects invalid JSON', async () => {
    expect((await rig.call('POST', SMS, { body: '{"from":' })).status).toBe(400);
  });
});

test('a sender that the resource does not own is a 401 with an empty message', async () => {
  const owned = await rigForTest({ senders: ['+18005550100'] });
  expect((await owned.call('POST', SMS, { body: message() })).status).toBe(202);
  const foreign = await owned.call('POST', SMS, { body: message({ from: '+18005550199' }) });
  expect(foreign).toMatchObject({ status: 401, body: { error: { code: 'Unauthorized', message: '' } } });
});

test('the emulator’s own API lists what was sent', async () => {
  const smsSendOptions = { enableDeliveryReport: true, tag: 't1' };
  for (const to of ['+14255550101', '+14255550102', '+14255550101']) {
    await rig.call('POST', SMS, { body: message({ smsRecipients: [{ to }], smsSendOptions, message: `to ${to}` }) });
  }
  const all = await rig.call('GET', '/_emulator/sms', { key: null });
  expect(all.body.value).toHaveLength(3);
  const one = await rig.call('GET', '/_emulator/sms?to=%2B14255550102', { key: null });
  expect(one.body.value).toMatchObject([
    { from: '+18005550100', to: '+14255550102', message: 'to +14255550102', smsSendOptions },
  ]);
  const newest = await rig.call('GET', '/_emulator/sms?top=2', { key: null });
  expect(newest.body.value.map(({ to }: { to: string }) => to)).toEqual(['+14255550102', '+14255550101']);
  expect((await rig.call('GET', '/_emulator/sms?top=-1', { key: null })).status).toBe(400);
  const stats = await rig.call('GET', '/_emulator/sms/stats', { key: null });
  expect(stats.body).toEqual({
    requests: 3,
    accepted: 3,
    delivered: 3,
    repeatsSuppressed: 0,
    distinctRecipients: 2,
  });
});

test('distinct recipients are counted up to a million, so that they take limited memory', () => {
  const store = new SmsStore();
  const request = { store: 'sms', type: 'requested', at: 0, from: '+18005550100', message: 'Hi', repeats: [] } as const;
  for (let first = 0; first < 1_000_200; first += 100) {
    const items = Array.from({ length: 100 }, (_, index) => ({ to: String(first + index), messageId: 'same' }));
    store.apply({ ...request, items });
  }
  expect(store.stats()).toMatchObject({ delivered: 1_000_200, distinctRecipients: 1_000_000 });
});
