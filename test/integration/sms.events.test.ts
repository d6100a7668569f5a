import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../infra/local/client/connection.ts';
import { smsSendResult } from '../../shared/contract/sms.ts';
import { smsOptOutPage } from '../../shared/contract/smsOptOuts.ts';
import { batchOf, over, resultsOf, submitted } from '../setup/batches.ts';
import { incomingSms, smsTo } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, TEST_RATES, uniquePhone, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

// ACS's events, from the emulator through the queue `acs-events` to the clients.
let stack: OwnStack;
let connection: Connection;
beforeAll(async () => {
  stack = await startOwnStack({ SMS_RATES_PER_MINUTE: JSON.stringify(TEST_RATES) });
  connection = connectionOf(stack.switchboard);
});
afterAll(() => stack.stop());

async function optOutsOf(from: string): Promise<string[]> {
  const target = `/sms/optouts?from=${encodeURIComponent(from)}`;
  return smsOptOutPage.parse((await call(connection, { method: 'GET', target })).body).value.map(({ to }) => to);
}

async function send(from: string, to: string) {
  const body = { from, smsRecipients: [{ to }], message: 'Hello' };
  const answer = await call(connection, { method: 'POST', target: '/sms', body });
  return smsSendResult.parse(answer.body).value[0];
}

const isListed = (from: string, person: string, wanted: boolean) =>
  eventually('the list of opt-outs is as the person said', async () => {
    const isThere = (await optOutsOf(from)).includes(person);
    return isThere === wanted || undefined;
  });

describe('a number that answers STOP', () => {
  test('receives nothing more from this sender until it answers START', async () => {
    const [person = '', ...others] = recipientsOf(4);
    const from = uniqueSender();
    expect(await send(from, person)).toMatchObject({ successful: true });
    await incomingSms(stack.acs, { from: person, to: from, message: ' Stop! ' });
    await isListed(from, person, true);
    await eventually(
      'it is respected',
      async () => (await send(from, person))?.errorMessage === 'OptedOut' || undefined,
    );
    expect(await send(uniqueSender(), person)).toMatchObject({ successful: true });
    const before = (await smsTo(stack.acs, person)).length;

    const { id } = await submitted(connection, { from, message: 'Hello', recipients: [...others, person] });
    const batch = await over(connection, id);
    expect(batch.counts).toMatchObject({ total: 4, accepted: 3, optedOut: 1, failed: 0 });
    expect(await resultsOf(connection, id, 'state=optedOut')).toEqual([
      { to: person, state: 'optedOut', errorMessage: 'OptedOut' },
    ]);
    expect(await smsTo(stack.acs, person)).toHaveLength(before);

    await incomingSms(stack.acs, { from: person, to: from, message: 'start' });
    await isListed(from, person, false);
    await eventually('it may be sent to again', async () => (await send(from, person))?.successful || undefined);
  });
});

test('a batch counts delivered and undelivered messages as ACS reports them', async () => {
  const delivered = recipientsOf(120);
  const undelivered = `${uniquePhone().slice(0, 8)}9999`;
  const { id } = await submitted(connection, {
    ...{ from: uniqueSender(), message: 'Hello' },
    recipients: [...delivered, undelivered],
  });
  await over(connection, id);
  const batch = await eventually('every report has come', async () => {
    const now = await batchOf(connection, id);
    return now.counts.delivered + now.counts.undelivered === 121 ? now : undefined;
  });
  expect(batch.counts).toMatchObject({ accepted: 121, delivered: 120, undelivered: 1 });
  const results = await resultsOf(connection, id);
  expect(results.find(({ to }) => to === undelivered)).toMatchObject({
    state: 'accepted',
    delivery: { status: 'Failed', details: expect.stringContaining('4004') },
  });
});
