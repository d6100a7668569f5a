import { expect, test } from 'vitest';
import { sendEmail } from '../../../../functions/email/sendEmail.ts';
import { getUsage } from '../../../../functions/system/getUsage.ts';
import { anyOperation, KEYS, rig } from '../../operation/fixtures.ts';

const STATE = { id: '3fa85f64-5717-4562-b3fc-2c963f66afa6', status: 'Running', error: null };

function shopWith(settings: object) {
  const clients = [{ name: 'shop', keys: [KEYS.shop], ...settings }];
  const it = rig({ acs: () => ({ status: 202, body: STATE }), variables: { CLIENTS: JSON.stringify(clients) } });
  const send = (recipients: Readonly<Record<string, readonly string[]>>) => {
    const lists = Object.entries(recipients).map(([kind, list]) => [kind, list.map((address) => ({ address }))]);
    return it.http(anyOperation(sendEmail), {
      ...{ target: '/emails:send?api-version=2024-03-15', params: {} },
      body: { senderAddress: 'news@contoso.com', content: { subject: 'Hi' }, recipients: Object.fromEntries(lists) },
    });
  };
  const used = async () => {
    const { body } = await it.http(anyOperation(getUsage), { target: '/usage?api-version=2024-03-15', params: {} });
    return Object(body).limits[0]?.used as unknown;
  };
  return { ...it, send, used };
}

test('an email counts for each of its recipients', async () => {
  const { send, used } = shopWith({ limits: { emailsPerDay: 5 } });
  expect(await send({ to: ['a@x.example'], cc: ['b@x.example'], bcc: ['c@x.example'] })).toMatchObject({ status: 202 });
  expect(await used()).toBe(3);
  expect(await send({ to: ['a@x.example', 'b@x.example', 'c@x.example'] })).toMatchObject({
    ...{ status: 429, headers: { 'retry-after': expect.any(String) } },
    body: { error: { code: 'ClientLimitExceeded', target: 'emailsPerDay' } },
  });
  expect(await used()).toBe(3);
});

test('an email with one recipient that the client may not send to is not sent at all', async () => {
  const { send, sent, used } = shopWith({ recipients: ['*@x.example', 'anna@y.example'], limits: { emailsPerDay: 5 } });
  expect(
    await send({ to: ['a@x.example'], cc: ['ANNA@y.example'], bcc: ['a@x.example', 'ben@y.example'] }),
  ).toMatchObject({
    status: 403,
    body: { error: { code: 'DestinationNotAllowed', target: 'recipients.bcc[1].address' } },
  });
  expect(sent).toEqual([]);
  expect(await used()).toBe(0);
  expect(await send({ to: ['a@x.example'], cc: ['ANNA@y.example'] })).toMatchObject({ status: 202 });
});

test('an email to a recipient whose daily limit is reached is refused until tomorrow, and counts for no recipient', async () => {
  const { send, sent, used } = shopWith({ limits: { emailsPerDay: 50, perRecipientPerDay: 1 } });
  await send({ to: ['a@x.example'] });
  expect(await send({ to: ['b@x.example', 'A@x.example'] })).toMatchObject({
    status: 429,
    headers: { 'retry-after': String(15.5 * 3600) }, // until midnight
    body: { error: { code: 'ClientLimitExceeded', target: 'perRecipientPerDay' } },
  });
  expect(sent).toHaveLength(1);
  expect(await used()).toBe(1);
  expect(await send({ to: ['b@x.example'] })).toMatchObject({ status: 202 });
});
