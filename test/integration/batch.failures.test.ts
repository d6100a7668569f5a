import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../infra/local/client/connection.ts';
import type { OutcomeEvent } from '../../shared/contract/queueMessage.ts';
import { BATCHES_CONTAINER, recipientsBlob } from '../../shared/smsbatch/batch.ts';
import { createStorage } from '../../shared/storage/storage.ts';
import { accepted, batchOf, over, resultsOf, submitCsv, submitted } from '../setup/batches.ts';
import { faultsOf, setFaults, smsFrom } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, TEST_RATES, uniquePacedSender, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

// A separate stack: faults affect all clients, and all events are sent to the same queue.
let stack: OwnStack;
let queues: TestQueues;
let connection: Connection;
beforeAll(async () => {
  stack = await startOwnStack({ SMS_RATES_PER_MINUTE: JSON.stringify(TEST_RATES) });
  queues = openQueues(stack.storage);
  connection = connectionOf(stack.switchboard);
});
beforeEach(() => setFaults(stack.acs, []));
afterAll(() => stack.stop());

const order = (id: string, action: 'cancel' | 'redrive', body?: unknown) =>
  call(connection, { method: 'POST', target: `/sms/batches/${id}:${action}`, body });

/** The events of a batch, until there are `count` of the kind `last`. Ignores other batches, and repetitions by their id. */
async function eventsOf(id: string, last: string, count = 1): Promise<OutcomeEvent[]> {
  const events = new Map<string, OutcomeEvent>();
  const received = () => [...events.values()];
  while (received().filter(({ type }) => type === last).length < count) {
    const event = await queues.takeOutcome('outcomes');
    if (event.subject === id) events.set(event.id, event);
  }
  return received();
}

/** A fault that counts requests without affecting them. */
const COUNTER = { operation: 'sendSms', status: 500, everyNth: 1_000_000 } as const;

describe('events', () => {
  test('report that a batch was accepted and completed', async () => {
    const body = { from: uniqueSender(), message: 'Hello', recipients: recipientsOf(3) };
    const { id } = await submitted(connection, body);
    const events = await eventsOf(id, 'switchboard.smsBatch.completed');
    expect(events).toMatchObject([
      { type: 'switchboard.smsBatch.accepted', subject: id, client: 'everything', data: { id, counts: { total: 3 } } },
      { type: 'switchboard.smsBatch.completed', subject: id, data: { id, counts: { accepted: 3, pending: 0 } } },
    ]);
  });

  test('report that it was canceled', async () => {
    const body = { from: uniquePacedSender(), message: 'Hello', recipients: recipientsOf(150) };
    const { id } = await submitted(connection, body);
    await order(id, 'cancel');
    const events = await eventsOf(id, 'switchboard.smsBatch.canceled');
    expect(events.at(-1)).toMatchObject({ client: 'everything', data: { id, counts: { total: 150, pending: 0 } } });
  });
});

test('one request is sent for each distinct message', async () => {
  await setFaults(stack.acs, [COUNTER]);
  const recipients = recipientsOf(90);
  const csv = ['to,city', ...recipients.map((to, index) => `${to},City ${index % 3}`)].join('\n');
  const from = uniqueSender();
  const { id } = accepted(await submitCsv(connection, csv, { from, message: 'Hello {{city}}' }));
  expect(await over(connection, id)).toMatchObject({ counts: { accepted: 90 } });
  expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 3 }]);
  const texts = (await smsFrom(stack.acs, from)).map(({ to, message }) => [to, message]);
  expect(new Set(texts.map(([, message]) => message)).size).toBe(3);
  expect(Object.fromEntries(texts)).toEqual(
    Object.fromEntries(recipients.map((to, index) => [to, `Hello City ${index % 3}`])),
  );
});

test('a batch whose recipients have been deleted is expired, and other batches continue', async () => {
  await setFaults(stack.acs, [{ operation: 'sendSms', status: 404, count: 1 }]);
  const body = { from: uniqueSender(), message: 'Hello', recipients: recipientsOf(2) };
  const { id } = await submitted(connection, body);
  expect(await over(connection, id)).toMatchObject({ counts: { failed: 2 } });
  const { blobs } = createStorage({ kind: 'connection string', connectionString: stack.storage ?? '' });
  await blobs.remove(BATCHES_CONTAINER, recipientsBlob(id));
  const expired = { status: 410, body: { error: { code: 'Expired', target: 'id' } } };
  expect(await call(connection, { method: 'GET', target: `/sms/batches/${id}/results` })).toMatchObject(expired);
  expect(await order(id, 'redrive', {})).toMatchObject(expired);
  expect(await batchOf(connection, id)).toMatchObject({ state: 'completed', counts: { failed: 2 } });
  const next = await submitted(connection, { ...body, recipients: recipientsOf(3) });
  expect(await over(connection, next.id)).toMatchObject({ state: 'completed', counts: { accepted: 3 } });
});

describe('a message that ACS rejects', () => {
  test('fails with ACS’s error message, and is sent when it is redriven', async () => {
    const [from, recipients] = [uniqueSender(), recipientsOf(150)];
    await setFaults(stack.acs, [{ operation: 'sendSms', status: 404, count: 1 }]);
    const { id } = await submitted(connection, { from, message: 'Hello', recipients });
    const end = await over(connection, id);
    expect(end.state).toBe('completed');
    const { accepted: sent, failed, pending, inDoubt } = end.counts;
    expect({ sum: sent + failed, pending, inDoubt }).toEqual({ sum: 150, pending: 0, inDoubt: 0 });
    expect(failed).toBeGreaterThan(0);
    const failures = await resultsOf(connection, id, 'state=failed');
    expect(failures).toHaveLength(failed);
    expect(failures[0]).toMatchObject({ httpStatusCode: expect.any(Number), errorMessage: expect.any(String) });
    expect(await smsFrom(stack.acs, from)).toHaveLength(sent);

    const { status, body } = await order(id, 'redrive', {});
    expect({ status, body }).toMatchObject({ status: 202, body: { id, state: 'running' } });
    await over(connection, id);
    expect(await batchOf(connection, id)).toMatchObject({ state: 'completed', counts: { accepted: 150, failed: 0 } });
    expect((await smsFrom(stack.acs, from)).map(({ to }) => to).sort()).toEqual(recipients);
    const events = await eventsOf(id, 'switchboard.smsBatch.completed', 2);
    expect(events.at(-1)?.data).toMatchObject({ counts: { accepted: 150, failed: 0 } });
  });

  test('a 429 is waited for, any number of times, and is not a failed try', async () => {
    const from = uniqueSender();
    await setFaults(stack.acs, [{ operation: 'sendSms', status: 429, retryAfterSeconds: 2, count: 6 }]);
    const { id } = await submitted(connection, { from, message: 'Hello', recipients: recipientsOf(100) });
    expect(await over(connection, id, 59)).toMatchObject({ counts: { accepted: 100, failed: 0, inDoubt: 0 } });
    expect(await faultsOf(stack.acs)).toMatchObject([{ fired: 6 }]);
  });

  test('a 429 pauses all batches of its sender, and no others', async () => {
    const [from, other] = [uniqueSender(), uniqueSender()];
    const recipients = recipientsOf(1);
    const body = { from, message: 'Hello', recipients };
    await setFaults(stack.acs, [{ operation: 'sendSms', status: 429, retryAfterSeconds: 8, count: 1 }]);
    const askedOn = Date.now();
    const struck = await submitted(connection, body);
    await eventually('ACS has said 429', async () => (await faultsOf(stack.acs))[0]?.fired || undefined);
    const next = await submitted(connection, { ...body, message: 'Hello again' });
    const free = await submitted(connection, { ...body, from: other });
    await over(connection, free.id);
    expect(await smsFrom(stack.acs, from)).toEqual([]);
    await Promise.all([over(connection, struck.id), over(connection, next.id)]);
    const times = (await smsFrom(stack.acs, from)).map(({ receivedAt }) => Date.parse(receivedAt));
    expect(times).toHaveLength(2);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(askedOn + 8000);
    expect(await faultsOf(stack.acs)).toMatchObject([{ seen: 4 }]);
  });
});
