import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../infra/local/client/connection.ts';
import { acceptedEmail, emailStatusWhen, emailTo, postEmail } from '../setup/emails.ts';
import { emailStats, emailsTo, setEmailQuotas, setEvents, setFaults } from '../setup/emulator.ts';
import { uniqueAddress, uniqueQueue } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';
import { connectionOf } from '../setup/switchboard.ts';

// A stack of its own: its ACS has quotas, sends no events, and fails.
let stack: OwnStack;
let queues: TestQueues;
let connection: Connection;
beforeAll(async () => {
  stack = await startOwnStack({
    EMAIL_LIMITS: JSON.stringify({ custom: { sendsPerMinute: 6000, sendsPerHour: 360_000 } }),
  });
  queues = openQueues(stack.storage);
  connection = connectionOf(stack.switchboard);
  await setEvents(stack.acs, { enabled: false });
});
afterAll(() => stack.stop());

test('without events, an email gets its final status by one or two status reads', async () => {
  const id = await acceptedEmail(connection, emailTo([uniqueAddress()]));
  expect(await emailStatusWhen(connection, id, ({ status }) => status === 'Succeeded')).not.toHaveProperty(
    'deliveries',
  );
  const { reads } = await emailStats(stack.acs);
  expect(reads).toBeGreaterThan(0);
  expect(reads).toBeLessThanOrEqual(2);
});

test('after a 429, an email by HTTP is refused without calling ACS, and one by queue waits and is sent once', async () => {
  await setFaults(stack.acs, [{ operation: 'sendEmail', status: 429, retryAfterSeconds: 8, count: 1 }]);
  const [to, replyTo] = [uniqueAddress(), uniqueQueue()];
  expect(await postEmail(connection, emailTo([uniqueAddress()]))).toMatchObject({ status: 429 });
  await queues.put('send-email', { client: 'everything', replyTo, body: emailTo([to]) });
  const refused = await postEmail(connection, emailTo([uniqueAddress()]));
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests' } } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await emailsTo(stack.acs, to)).toEqual([]);
  await queues.takeOutcome(replyTo, 'switchboard.sendEmail.accepted');
  expect(await emailsTo(stack.acs, to)).toHaveLength(1);
});

test('an hourly quota stops the whole domain for as long as ACS says', async () => {
  await setFaults(stack.acs, []);
  await setEmailQuotas(stack.acs, { custom: { sendsPerHour: 1 } });
  const before = await emailStats(stack.acs);
  const senderAddress = `news@${crypto.randomUUID()}.example`;
  const send = () => postEmail(connection, emailTo([uniqueAddress()], { senderAddress }));
  const statuses = [(await send()).status, (await send()).status, (await send()).status];
  expect(statuses).toEqual([202, 429, 429]);
  const after = await emailStats(stack.acs);
  expect([after.sends - before.sends, after.sendsRefused - before.sendsRefused]).toEqual([1, 1]);
});
