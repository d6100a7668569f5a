import { describe, expect, inject, test } from 'vitest';
import { findConnection } from '../../infra/local/client/connection.ts';
import { smsOptOutPage } from '../../shared/contract/smsOptOuts.ts';
import { createOptOuts } from '../../shared/optouts/optOuts.ts';
import { createTables } from '../../shared/storage/tables.ts';
import { over, resultsOf, submitted, targetOf } from '../setup/batches.ts';
import { smsFrom } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, uniqueSender } from '../setup/names.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const connection = connectionOf(stack.switchboard);
const optOuts = createOptOuts(
  createTables({ kind: 'connection string', connectionString: stack.storage ?? '' }),
  Date.now,
);

/** A recipient's answer, as Event Grid delivers it. */
const answer = (from: string, to: string, message: string) =>
  optOuts.record({ messageId: crypto.randomUUID(), from, to, message, receivedOn: Date.now() });

const sendSms = (from: string, numbers: readonly string[]) =>
  call(connection, {
    method: 'POST',
    target: '/sms',
    body: { from, smsRecipients: numbers.map((to) => ({ to })), message: 'Hello' },
  });

const refusal = (to: string) => ({ to, httpStatusCode: 400, successful: false, errorMessage: 'OptedOut' });

test('a number that has opted out receives no single message until it opts in again', async () => {
  const from = uniqueSender();
  const [anna = '', ben = ''] = recipientsOf(2);
  await sendSms(from, [anna, ben]);
  await answer(anna, from, 'Stop');
  await eventually('every process knows', async () => {
    const { body } = await sendSms(from, [anna, ben]);
    return JSON.stringify(body).includes('OptedOut') || undefined;
  });
  const before = (await smsFrom(stack.acs, from)).length;
  expect(await sendSms(from, [anna])).toMatchObject({ status: 202, body: { value: [refusal(anna)] } });
  expect(await sendSms(from, [ben, anna])).toMatchObject({
    status: 202,
    body: { value: [{ to: ben, successful: true }, refusal(anna)] },
  });
  expect(await smsFrom(stack.acs, from)).toHaveLength(before + 1);
  await answer(anna, from, 'START');
  await eventually('she gets texts again', async () => {
    const { body } = await sendSms(from, [anna]);
    return JSON.stringify(body).includes('OptedOut') ? undefined : true;
  });
});

test('a batch leaves out numbers that have opted out, and lists them', async () => {
  const from = uniqueSender();
  const recipients = recipientsOf(5);
  const [first = '', , third = ''] = recipients;
  await answer(first, from, 'STOP');
  await answer(third, from, 'unsubscribe!');
  const { id } = await submitted(connection, { from, message: 'Hello', recipients });
  expect(await over(connection, id)).toMatchObject({ state: 'completed', counts: { accepted: 3, optedOut: 2 } });
  expect(await resultsOf(connection, id, 'state=optedOut')).toEqual(
    [first, third].map((to) => ({ to, state: 'optedOut', errorMessage: 'OptedOut' })),
  );
  const sent = (await smsFrom(stack.acs, from)).map(({ to }) => to);
  expect(new Set(sent)).toEqual(new Set(recipients.filter((to) => to !== first && to !== third)));
});

test('opt-outs are listed by page, only for senders that the client may send from', async () => {
  const from = uniqueSender();
  const people = recipientsOf(5);
  for (const person of people) await answer(person, from, 'STOP');
  const listed: string[] = [];
  const first = `/sms/optouts?${new URLSearchParams({ from, maxPageSize: '2' })}`;
  for (let target = first; target !== ''; ) {
    const { value, nextLink } = smsOptOutPage.parse((await call(connection, { method: 'GET', target })).body);
    listed.push(...value.map(({ to }) => to));
    target = nextLink === undefined ? '' : targetOf(nextLink);
  }
  expect(listed).toEqual(people);
  const other = await call(connectionOf(stack.switchboard, 'batches'), { method: 'GET', target: first });
  expect(other).toMatchObject({ status: 403, body: { error: { code: 'Forbidden', target: 'from' } } });
});

describe('opt-outs through the API', () => {
  const optOuts = (action: string, from: string, numbers: readonly string[], target = connection) =>
    call(target, {
      method: 'POST',
      target: `/sms/optouts:${action}?api-version=2026-01-23`,
      body: { from, recipients: numbers.map((to) => ({ to })) },
    });
  const acs = findConnection(stack.acsConnectionString);

  test('are those of ACS: added and removed there, they block single messages and batches', async () => {
    const from = uniqueSender();
    const [anna = '', ben = ''] = recipientsOf(2);
    expect(await optOuts('add', from, [anna, 'Anna'])).toMatchObject({
      status: 200,
      body: {
        value: [
          { to: anna, httpStatusCode: 200 },
          { to: 'Anna', httpStatusCode: 400 },
        ],
      },
    });
    const check = (isOptedOut: boolean) => ({ status: 200, body: { value: [{ to: anna, isOptedOut }, { to: ben }] } });
    expect(await optOuts('check', from, [anna, ben], acs)).toMatchObject(check(true));
    expect(await optOuts('check', from, [anna, ben])).toMatchObject(check(true));
    await eventually('every process knows', async () => {
      const { body } = await sendSms(from, [anna]);
      return JSON.stringify(body).includes('OptedOut') || undefined;
    });
    const { id } = await submitted(connection, { from, message: 'Hello', recipients: [anna, ben] });
    expect(await over(connection, id)).toMatchObject({ counts: { accepted: 1, optedOut: 1 } });
    expect((await optOuts('remove', from, [anna])).status).toBe(200);
    expect(await optOuts('check', from, [anna, ben], acs)).toMatchObject(check(false));
    await eventually('messages reach her again', async () => {
      const { body } = await sendSms(from, [anna]);
      return JSON.stringify(body).includes('OptedOut') ? undefined : true;
    });
    expect(await optOuts('check', from, [anna, ben])).toMatchObject(check(false));
  });

  test('that were made at ACS itself are known to batches once they have been checked', async () => {
    const from = uniqueSender();
    const [anna = '', ben = ''] = recipientsOf(2);
    await optOuts('add', from, [anna], acs);
    await optOuts('check', from, [anna, ben]);
    await eventually('every process knows', async () => {
      const { body } = await sendSms(from, [anna]);
      return JSON.stringify(body).includes('OptedOut') || undefined;
    });
    const { id } = await submitted(connection, { from, message: 'Hello', recipients: [anna, ben] });
    expect(await over(connection, id)).toMatchObject({ counts: { accepted: 1, optedOut: 1 } });
  });

  test('of senders that the client may not use are refused', async () => {
    const [anna = ''] = recipientsOf(1);
    for (const action of ['add', 'remove', 'check']) {
      const answer = await optOuts(action, uniqueSender(), [anna], connectionOf(stack.switchboard, 'batches'));
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'Forbidden' } } });
    }
  });
});

test('the options of the newest API version reach ACS, and a partner’s key nothing else', async () => {
  const [to = ''] = recipientsOf(1);
  const key = `key-${crypto.randomUUID()}`;
  const from = uniqueSender();
  const smsSendOptions = {
    ...{ enableDeliveryReport: true, deliveryReportTimeoutInSeconds: 300 },
    messagingConnect: { partner: 'Connect_Partner', apiKey: key },
  };
  const body = { from, smsRecipients: [{ to }], message: 'Hello', smsSendOptions };
  const answer = await call(connection, { method: 'POST', target: '/sms', body });
  expect(answer).toMatchObject({ status: 202, body: { value: [{ successful: true }] } });
  expect(await smsFrom(stack.acs, from)).toMatchObject([
    {
      smsSendOptions: {
        deliveryReportTimeoutInSeconds: 300,
        messagingConnect: { partner: 'Connect_Partner', partnerParams: { apiKey: expect.not.stringContaining(key) } },
      },
    },
  ]);
});
