import { expect, test } from 'vitest';
import { Meter } from '../../../shared/limits/meter.ts';
import { KEYS, rig } from '../operation/fixtures.ts';

const CLIENTS = JSON.stringify([{ name: 'shop', keys: [KEYS.shop], limits: { smsPerDay: 10, perRecipientPerDay: 1 } }]);
const NUMBERS = ['+14255550121', '+14255550122', '+14255550123'];

function metered() {
  const { limits, clients } = rig({ variables: { CLIENTS } }).runtime;
  const client = clients.named('shop');
  const charge = (meter = new Meter(limits, client)) => meter.charge({ channel: 'sms', recipients: NUMBERS });
  const remaining = async () => {
    const meter = new Meter(limits, client);
    await meter.charge({ channel: 'sms', recipients: ['+14255550199'] }).then((it) => it.refund([0]));
    return Number(meter.headers()['ratelimit-remaining']) + 1; // of which the probe took one
  };
  return { limits, client, charge, remaining };
}

test('a recipient is refunded once, however often that is asked for', async () => {
  const { charge, remaining } = metered();
  const { refund } = await charge().then((it) => ({ refund: (indexes: number[]) => it.refund(indexes) }));
  expect(await remaining()).toBe(7);
  for (const indexes of [[0], [0], [0, 0, 1]]) await refund(indexes);
  expect(await remaining()).toBe(9);
});

test('a refund of everything leaves out what was refunded before', async () => {
  const { limits, client, charge, remaining } = metered();
  const meter = new Meter(limits, client);
  await (await charge(meter)).refund([1]);
  await meter.refundAll();
  await meter.refundAll();
  expect(await remaining()).toBe(10);
});

test('refunded recipients can be sent to again, refused ones are not refunded', async () => {
  const { charge, remaining } = metered();
  await (await charge()).refund([2]);
  const second = await charge();
  expect([...second.refused]).toEqual([0, 1]);
  await second.refund([0, 1]);
  expect(await remaining()).toBe(7);
});
