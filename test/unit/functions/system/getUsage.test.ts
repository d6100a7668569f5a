import { expect, test } from 'vitest';
import { getUsage } from '../../../../functions/system/getUsage.ts';
import { anyOperation } from '../../operation/fixtures.ts';
import { FROM, numbers, shopWith } from '../sms/limitedshop.ts';

const usageOf = ({ http }: ReturnType<typeof shopWith>) =>
  http(anyOperation(getUsage), { target: '/usage?api-version=2024-03-15', params: {} });

test('shows each limit of the client with what is used of it', async () => {
  const it = shopWith({ limits: { smsPerMinute: 5, smsPerDay: 100 } });
  await it.send(numbers(3), {}, FROM);
  expect(await usageOf(it)).toMatchObject({
    status: 200,
    body: {
      client: 'shop',
      limits: [
        { limit: 'smsPerMinute', maximum: 5, used: 3, remaining: 2, resetSeconds: expect.any(Number) },
        { limit: 'smsPerDay', maximum: 100, used: 3, remaining: 97, resetSeconds: expect.any(Number) },
      ],
    },
  });
});

test('shows no limits of a client that has none', async () => {
  const it = shopWith({});
  expect(await usageOf(it)).toMatchObject({ status: 200, body: { client: 'shop', limits: [] } });
});
