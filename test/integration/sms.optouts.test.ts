import { expect, inject, test } from 'vitest';
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
