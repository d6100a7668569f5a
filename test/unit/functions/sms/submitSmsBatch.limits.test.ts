import { describe, expect, test } from 'vitest';
import { submitSmsBatch } from '../../../../functions/sms/submitSmsBatch.ts';
import { getUsage } from '../../../../functions/system/getUsage.ts';
import { smsBatch } from '../../../../shared/contract/smsBatch.ts';
import { BATCHES_CONTAINER } from '../../../../shared/smsbatch/batch.ts';
import { KEYS, rig } from '../../operation/fixtures.ts';

const FROM = '+18005550100';
const numbers = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `+1425555${1000 + from + index}`);

function shopWith(settings: object, variables: Readonly<Record<string, string>> = {}) {
  const clients = [{ name: 'shop', keys: [KEYS.shop], ...settings }];
  const it = rig({ variables: { CLIENTS: JSON.stringify(clients), ...variables } });
  const submit = (recipients: readonly string[], query = '', headers: Record<string, string> = {}) =>
    it.http(submitSmsBatch, {
      ...{ target: `/sms/batches?api-version=2024-03-15${query}`, params: {}, headers },
      body: { from: FROM, message: 'Hi', recipients, sendAt: '2026-01-16T08:30:00Z' },
    });
  const used = async () => {
    const { body } = await it.http(getUsage, { target: '/usage?api-version=2024-03-15', params: {} });
    return Object(body).limits[0]?.used as unknown;
  };
  const kept = async () => {
    const names: string[] = [];
    for await (const { name } of it.storage.blobs.list(BATCHES_CONTAINER)) names.push(name);
    return [...names, ...it.storage.sent.map(({ queue }) => queue)];
  };
  return { ...it, submit, used, kept };
}

const refusal = (target: string) => ({ status: 429, body: { error: { code: 'ClientLimitExceeded', target } } });

describe('a batch', () => {
  test('is counted when it is accepted, and leaves nothing behind when it exceeds a limit', async () => {
    const { submit, used, kept } = shopWith({ limits: { smsPerDay: 10 } });
    expect(await submit(numbers(6))).toMatchObject({ status: 202 });
    const before = await kept();
    expect(await submit(numbers(5))).toMatchObject({
      ...refusal('smsPerDay'),
      headers: { 'retry-after': expect.any(String) },
    });
    expect(await kept()).toEqual(before);
    expect(await submit(numbers(4))).toMatchObject({ status: 202 });
    expect(await used()).toBe(10);
  });

  test.each([{ batchRecipients: 3 }, { smsPerMinute: 3 }, { smsPerDay: 3 }])(
    'of more recipients than %o allows at all is refused without a time to wait',
    async (limits) => {
      const { submit, kept } = shopWith({ limits });
      const answer = await submit(numbers(4));
      expect(answer).toMatchObject(refusal(Object.keys(limits)[0] ?? ''));
      expect(answer.headers).not.toHaveProperty('retry-after');
      expect(await kept()).toEqual([]);
      expect(await submit([...numbers(3), ...numbers(3)])).toMatchObject({ status: 202 }); // duplicates do not count
    },
  );

  test('is not counted by a dry run, which returns the limit it would exceed', async () => {
    const { submit, used } = shopWith({ limits: { smsPerDay: 10 } });
    expect(await submit(numbers(10), '&dryRun=true')).toMatchObject({ status: 200 });
    expect(await used()).toBe(0);
    await submit(numbers(6));
    expect(await submit(numbers(5), '&dryRun=true')).toMatchObject(refusal('smsPerDay'));
    expect(await used()).toBe(6);
  });

  test('is counted once when it is repeated', async () => {
    const { submit, used } = shopWith({ limits: { smsPerDay: 10 } });
    for (let time = 0; time < 2; time += 1) {
      expect(await submit(numbers(6), '', { 'idempotency-key': 'b1' })).toMatchObject({ status: 202 });
    }
    expect(await used()).toBe(6);
  });

  test('is counted once when it is submitted again after the process died, or seemed to', async () => {
    const { submit, used, storage } = shopWith({ limits: { smsPerDay: 10, perRecipientPerDay: 1 } });
    const { write } = storage.blobs;
    Object.assign(storage.blobs, { write: () => Promise.reject(new Error('storage is down')) });
    expect(await submit(numbers(6), '', { 'idempotency-key': 'b1' })).toMatchObject({ status: 500 });
    Object.assign(storage.blobs, { write });
    const { status, body } = await submit(numbers(6), '', { 'idempotency-key': 'b1' });
    expect({ status, body }).toMatchObject({ status: 202, body: { counts: { total: 6 } } });
    expect(await used()).toBe(6);
  });

  test('is not counted when it is invalid', async () => {
    const { submit, used } = shopWith({ limits: { smsPerDay: 10 } });
    expect(await submit(['nobody'])).toMatchObject({ status: 400 });
    expect(await used()).toBe(0);
  });
});

describe('recipients that the client may not send to are invalid:', () => {
  test('other countries and numbers', async () => {
    const { submit, used } = shopWith({
      countries: 'sender',
      recipients: ['+1425*', '+44*'],
      limits: { smsPerDay: 10 },
    });
    const { status, body } = await submit(['+447400123456', '+14255550123', '+12065550100']);
    expect(status).toBe(202);
    const { counts, invalid } = smsBatch.parse(body);
    expect(counts.total).toBe(1);
    expect(invalid).toMatchObject({
      count: 2,
      first: [
        { line: 1, reason: expect.stringContaining('may not send to this country') },
        { line: 3, reason: expect.stringContaining('may not send to this recipient') },
      ],
    });
    expect(await used()).toBe(1);
  });

  test('recipients who have received the daily maximum', async () => {
    const { submit } = shopWith({ limits: { perRecipientPerDay: 2 } });
    await submit(numbers(3));
    await submit(numbers(2));
    const { body } = await submit(numbers(4));
    expect(smsBatch.parse(body)).toMatchObject({
      counts: { total: 2 },
      invalid: {
        count: 2,
        first: [{ line: 1, reason: expect.stringContaining('maximum number of messages per day') }, { line: 2 }],
      },
    });
  });
});

test.each([
  [['+14255550123'], true],
  [['+14255550123', 'no number'], true],
  [['no number'], false],
])(
  'a batch of %j without a recipient is in the audit log if permissions refused one: %j',
  async (recipients, isAudited) => {
    const { submit, runtime } = shopWith({ recipients: ['+1206*'] }, { AUDIT_RETENTION_DAYS: '30' });
    expect(await submit(recipients)).toMatchObject({ status: 400 });
    const query = { client: undefined, operation: undefined, from: undefined, to: undefined, after: undefined };
    const { value } = await runtime.auditLog(runtime.clients.named('shop'), { ...query, pageSize: 10 });
    expect(value.map(({ operation, status, code }) => [operation, status, code])).toEqual(
      isAudited ? [['submitSmsBatch', 400, 'InvalidRequest']] : [],
    );
  },
);
