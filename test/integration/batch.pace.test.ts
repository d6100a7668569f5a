import { afterAll, beforeAll, expect, test } from 'vitest';
import { over, submitted } from '../setup/batches.ts';
import { faultsOf, setFaults, setQuotas, smsFrom } from '../setup/emulator.ts';
import { recipientsOf, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

// A separate stack: ACS enforces exactly the rate that Switchboard is configured with.
const FROM = uniqueSender();
const RATES = { [FROM]: 600 };

let stack: OwnStack;
beforeAll(async () => {
  stack = await startOwnStack({ SMS_RATES_PER_MINUTE: JSON.stringify(RATES) });
  await setQuotas(stack.acs, RATES);
});
afterAll(() => stack.stop());

test('a batch keeps to its sender’s rate: ACS rejects nothing, and the estimated completion is met', async () => {
  await setFaults(stack.acs, [{ operation: 'sendSms', status: 500, everyNth: 1_000_000 }]); // counts requests only
  const connection = connectionOf(stack.switchboard);
  const batch = await submitted(connection, { from: FROM, message: 'Hello', recipients: recipientsOf(250) });
  const promised = Date.parse(batch.estimatedCompletionOn ?? '') - Date.parse(batch.createdOn);
  const end = await over(connection, batch.id, 58);
  const taken = Date.parse(end.completedOn ?? '') - Date.parse(batch.createdOn);
  console.log(`250 recipients at 600 a minute: ${taken} ms, ${promised} ms promised`);
  expect(end).toMatchObject({ state: 'completed', counts: { accepted: 250, failed: 0, inDoubt: 0 } });
  // Every request was a full chunk, so none was answered with a 429.
  expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 3, fired: 0 }]);
  expect(await smsFrom(stack.acs, FROM)).toHaveLength(250);
  expect(promised).toBeGreaterThan(20_000);
  expect(taken).toBeGreaterThan(promised / 2);
  expect(taken).toBeLessThan(promised * 2);

  // Single messages are sent at the same time: batches leave a tenth of the rate.
  const body = { from: FROM, smsRecipients: [{ to: '+14255550123' }], message: 'Hello' };
  expect((await call(connection, { method: 'POST', target: '/sms', body })).status).toBe(202);
});
