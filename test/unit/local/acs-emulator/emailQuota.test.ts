import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { domainKind, EmailQuotas } from '../../../../infra/local/acs-emulator/quotas/emailQuotas.ts';
import { type Rig, rigForTest, SEND_EMAIL } from './harness.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await rigForTest();
});

function email(senderAddress: string) {
  const recipients = { to: [{ address: 'someone@example.com' }] };
  return { senderAddress, content: { subject: 'Subject', plainText: 'Text' }, recipients };
}

function send(senderAddress = 'news@contoso.com', id: string = randomUUID()) {
  return rig.call('POST', SEND_EMAIL, { body: email(senderAddress), headers: { 'operation-id': id } });
}

const read = (id: string = randomUUID()) => rig.call('GET', `/emails/operations/${id}?api-version=2025-09-01`);

async function stats() {
  return (await rig.call('GET', '/_emulator/emails/stats', { key: null })).body;
}

const quotas = (method: string, body?: unknown) => rig.call(method, '/_emulator/quotas', { key: null, body });

test('there are no limits until some are set; quotas of all services are replaced together and listed', async () => {
  expect((await quotas('GET')).body).toEqual({ sms: {}, email: {}, identity: {} });
  const email = { custom: { sendsPerMinute: 30, readsPerHour: 200 }, managed: {} };
  expect(await quotas('PUT', { email, sms: { tollFree: 1 } })).toMatchObject({ status: 200 });
  expect((await quotas('GET')).body).toEqual({ email, sms: { tollFree: 1 }, identity: {} });
  await quotas('PUT', { sms: {} });
  expect((await quotas('GET')).body).toEqual({ sms: {}, email: {}, identity: {} });
});

test('sends over the limit per minute are rejected as by ACS, and do not count', async () => {
  await quotas('PUT', { email: { custom: { sendsPerMinute: 2, sendsPerHour: 3 } } });
  expect((await send()).status).toBe(202);
  rig.clock.advance(30_000);
  expect((await send()).status).toBe(202);
  const refused = await send();
  const message = 'PerSubscriptionPerMinuteLimitExceeded - Please try again after 31 seconds.';
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests', message } } });
  expect(refused.headers.get('retry-after')).toBe('31');
  rig.clock.advance(31_000);
  expect((await send()).status).toBe(202);
  expect(await stats()).toMatchObject({ sends: 3, sendsRefused: 1 });
});

test('the limit per hour has its own wait', async () => {
  await quotas('PUT', { email: { managed: { sendsPerMinute: 1, sendsPerHour: 1 } } });
  const managed = 'DoNotReply@abc.AzureComm.net';
  expect((await send(managed)).status).toBe(202);
  const message = 'PerSubscriptionPerHourLimitExceeded - Please try again after 3601 seconds.';
  expect(await send(managed)).toMatchObject({ status: 429, body: { error: { message } } });
  expect((await send()).status).toBe(202); // a custom domain
});

test('status reads count for the sender’s kind of domain; those of unknown operations for custom domains', async () => {
  await quotas('PUT', { email: { custom: { readsPerMinute: 1 }, managed: { readsPerMinute: 1 } } });
  const { body } = await send('a@abc.azurecomm.net');
  expect([(await read(body.id)).status, (await read(body.id)).status]).toEqual([200, 429]);
  expect([(await read()).status, (await read()).status]).toEqual([404, 429]);
  expect(await stats()).toMatchObject({ reads: 2, readsRefused: 2 });
});

test('a known Operation-Id does not count as a send', async () => {
  await quotas('PUT', { email: { custom: { sendsPerMinute: 1 } } });
  const id = randomUUID();
  expect([(await send('a@contoso.com', id)).status, (await send('a@contoso.com', id)).status]).toEqual([202, 202]);
  expect(await stats()).toEqual({ sends: 1, sendsRefused: 0, reads: 0, readsRefused: 0, repeatsSuppressed: 1 });
});

test('a reset clears limits and counts', async () => {
  await quotas('PUT', { email: { custom: { sendsPerMinute: 0 } } });
  expect((await send()).status).toBe(429);
  await rig.call('DELETE', '/_emulator', { key: null });
  expect(await stats()).toMatchObject({ sendsRefused: 0 });
  expect((await send()).status).toBe(202);
});

test.each([
  { email: { other: {} } },
  { email: { custom: 1 } },
  { email: { custom: { sendsPerDay: 1 } } },
  { email: { custom: { sendsPerHour: -1 } } },
  { email: { managed: { readsPerMinute: '9' } } },
  { chat: {} },
])('quotas of %j are rejected', async (body) => {
  expect(await quotas('PUT', body)).toMatchObject({ status: 400, body: { error: { code: 'InvalidQuota' } } });
});

test.each([
  ['a@abc.azurecomm.net', 'managed'],
  ['a@contoso.com', 'custom'],
  ['a@azurecomm.net.contoso.com', 'custom'],
])('the domain of %s is %s', (address, kind) => {
  expect(domainKind(address)).toBe(kind);
});

test('no minute or hour, wherever it begins, contains more than its limit', () => {
  const limit = fc.integer({ min: 1, max: 8 });
  const gaps = fc.array(fc.oneof(fc.nat(30_000), fc.nat(2_000_000)), { maxLength: 60 });
  fc.assert(
    fc.property(limit, limit, gaps, (perMinute, perHour, waits) => {
      const traffic = new EmailQuotas();
      traffic.replace({ custom: { sendsPerMinute: perMinute, sendsPerHour: perHour } });
      const admitted: number[] = [];
      let now = 0;
      for (const wait of waits) {
        now += wait;
        if (admits(traffic, now)) admitted.push(now);
      }
      for (const from of admitted) {
        const within = (span: number) => admitted.filter((at) => at >= from && at <= from + span).length;
        expect(within(60_000)).toBeLessThanOrEqual(perMinute);
        expect(within(3_600_000)).toBeLessThanOrEqual(perHour);
      }
    }),
  );
});

function admits(traffic: EmailQuotas, at: number): boolean {
  try {
    traffic.admit('sends', 'custom', new Date(at));
    return true;
  } catch {
    return false;
  }
}
