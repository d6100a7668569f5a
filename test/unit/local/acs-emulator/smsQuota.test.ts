import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SmsQuotas } from '../../../../infra/local/acs-emulator/quotas/smsQuotas.ts';
import { type Rig, SMS, startRig } from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.close());

function send(from: string, count: number) {
  const smsRecipients = Array.from({ length: count }, () => ({ to: '+14255550123' }));
  return rig.call('POST', SMS, { body: { from, smsRecipients, message: 'Hello' } });
}

async function setQuota(sms: object): Promise<void> {
  expect(await rig.call('PUT', '/_emulator/quotas', { key: null, body: { sms } })).toMatchObject({ status: 200 });
}

test('counts recipients and returns 429 with the seconds to wait', async () => {
  await setQuota({ tollFree: 100 });
  expect((await send('+18005550100', 60)).status).toBe(202);
  rig.clock.advance(20_000);
  expect((await send('+18005550100', 40)).status).toBe(202);
  rig.clock.advance(10_000);
  const refused = await send('+18005550100', 1);
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests' } } });
  expect(refused.headers.get('retry-after')).toBe('31');
  rig.clock.advance(31_000);
  expect((await send('+18005550100', 60)).status).toBe(202);
});

test('each number has its own quota, alphanumeric senders share one, an exact sender takes precedence over its kind', async () => {
  await setQuota({ tollFree: 10, alphanumeric: 10, '+18005550101': 20 });
  expect((await send('+18005550100', 10)).status).toBe(202);
  expect((await send('+18335550100', 10)).status).toBe(202);
  expect((await send('+18005550100', 1)).status).toBe(429);
  expect((await send('+18005550101', 20)).status).toBe(202);
  expect((await send('Contoso', 10)).status).toBe(202);
  expect((await send('Fabrikam', 1)).status).toBe(429);
  expect((await send('12345', 100)).status).toBe(202);
});

test('a rejected request sends nothing', async () => {
  await setQuota({ shortCode: 5 });
  await rig.call('DELETE', '/_emulator', { key: null });
  await setQuota({ shortCode: 5 });
  expect((await send('54321', 6)).status).toBe(429);
  const stats = await rig.call('GET', '/_emulator/sms/stats', { key: null });
  expect(stats.body).toMatchObject({ delivered: 0, requests: 0 });
  expect((await send('54321', 5)).status).toBe(202);
});

test.each([
  {},
  [[]],
  { sms: { 'long-code': 1 } },
  { sms: { tollFree: -1 } },
  { sms: { tollFree: '9' } },
  { email: 1, sms: {} },
])('quotas of %j are rejected', async (body) => {
  expect(await rig.call('PUT', '/_emulator/quotas', { key: null, body })).toMatchObject({
    status: 400,
    body: { error: { code: 'InvalidQuota', message: expect.any(String) } },
  });
});

test('admitted recipients count for exactly 60 seconds', () => {
  const quotas = new SmsQuotas();
  quotas.replace({ tollFree: 1 });
  const admits = (at: number) => quotas.admit('+18005550100', 1, new Date(at)) === 0;
  expect([0, 1, 59_999, 60_000, 60_001].map(admits)).toEqual([true, false, false, false, true]);
});

test('no 60 seconds contain more than the quota, and after the returned wait the request fits', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(
        fc.record({
          gap: fc.oneof(fc.nat(30_000), fc.integer({ min: 59_000, max: 60_001 })),
          recipients: fc.integer({ min: 1, max: 20 }),
        }),
        { maxLength: 60 },
      ),
      (perMinute, requests) => {
        const quotas = new SmsQuotas();
        quotas.replace({ tollFree: perMinute });
        const admitted: { at: number; recipients: number }[] = [];
        let now = 0;
        for (const { gap, recipients } of requests) {
          now += gap;
          const wait = quotas.admit('+18005550100', recipients, new Date(now));
          if (wait === 0) admitted.push({ at: now, recipients });
          if (wait === 0 || recipients > perMinute) continue;
          now += wait * 1000;
          expect(quotas.admit('+18005550100', recipients, new Date(now))).toBe(0);
          admitted.push({ at: now, recipients });
        }
        for (const { at } of admitted) {
          const inWindow = admitted.filter((other) => other.at >= at && other.at <= at + 60_000);
          expect(inWindow.reduce((sum, { recipients }) => sum + recipients, 0)).toBeLessThanOrEqual(perMinute);
        }
      },
    ),
  );
});
