import { describe, expect, inject, test } from 'vitest';
import type { SmsBatch } from '../../shared/contract/smsBatch.ts';
import { batchOf, over, resultsOf, submitted } from '../setup/batches.ts';
import { smsFrom } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { PACED_CHUNK_SIZE, recipientsOf, uniquePacedSender, uniqueSender } from '../setup/names.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const connection = connectionOf(stack.switchboard);

const order = (id: string, action: 'cancel' | 'redrive') =>
  call(connection, { method: 'POST', target: `/sms/batches/${id}:${action}` });
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe('a scheduled batch', () => {
  test('is sent at its time and not before', async () => {
    const from = uniqueSender();
    const sendAt = inSeconds(4);
    const batch = await submitted(connection, { from, message: 'Hello', recipients: recipientsOf(3), sendAt });
    expect(batch).toMatchObject({ state: 'scheduled', sendAt });
    expect(Date.parse(batch.estimatedCompletionOn ?? '')).toBeGreaterThanOrEqual(Date.parse(sendAt));
    expect(await over(connection, batch.id)).toMatchObject({ state: 'completed', counts: { accepted: 3 } });
    const times = (await smsFrom(stack.acs, from)).map(({ receivedAt }) => Date.parse(receivedAt));
    expect(times).toHaveLength(3);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(Date.parse(sendAt));
  });

  test('can be canceled before its time', async () => {
    const from = uniqueSender();
    const recipients = recipientsOf(3);
    const { id } = await submitted(connection, { from, message: 'Hello', recipients, sendAt: inSeconds(3600) });
    const { status, body } = await order(id, 'cancel');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { state: 'canceled', counts: { pending: 0, canceled: 3 } },
    });
    expect(await batchOf(connection, id)).toEqual(body);
    expect(await resultsOf(connection, id)).toEqual(recipients.map((to) => ({ to, state: 'canceled' })));
    expect(await smsFrom(stack.acs, from)).toEqual([]);
  });
});

describe('a paced batch', () => {
  test('that is canceled sends only the chunks that were due', async () => {
    const from = uniquePacedSender();
    const recipients = recipientsOf(3 * PACED_CHUNK_SIZE);
    const { id } = await submitted(connection, { from, message: 'Hello', recipients });
    await eventually('the first chunk is sent', async () => {
      const { counts } = await batchOf(connection, id);
      return counts.accepted === PACED_CHUNK_SIZE || undefined;
    });
    const { status, body } = await order(id, 'cancel');
    const counts = { accepted: PACED_CHUNK_SIZE, canceled: 2 * PACED_CHUNK_SIZE, pending: 0 };
    expect({ status, body }).toMatchObject({ status: 200, body: { state: 'canceled', counts } });
    expect((body as SmsBatch).completedOn).toBeDefined();
    expect(await smsFrom(stack.acs, from)).toHaveLength(PACED_CHUNK_SIZE);
    expect(await order(id, 'cancel')).toMatchObject({ status: 200, body: { state: 'canceled' } });
    expect(await order(id, 'redrive')).toMatchObject({ status: 409, body: { error: { code: 'Conflict' } } });
  });

  test('returns its estimated completion, and cannot be redriven before it is over', async () => {
    const recipients = recipientsOf(3 * PACED_CHUNK_SIZE);
    const batch = await submitted(connection, { from: uniquePacedSender(), message: 'Hello', recipients });
    expect(batch.ratePerMinute).toBeCloseTo(54);
    const seconds = (Date.parse(batch.estimatedCompletionOn ?? '') - Date.parse(batch.createdOn)) / 1000;
    expect(seconds).toBeGreaterThan(120);
    expect(seconds).toBeLessThan(240);
    expect(await order(batch.id, 'redrive')).toMatchObject({ status: 409, body: { error: { code: 'Conflict' } } });
    await order(batch.id, 'cancel');
  });
});

test('a completed batch can be neither canceled nor, if nothing failed, redriven', async () => {
  const body = { from: uniqueSender(), message: 'Hello', recipients: recipientsOf(2) };
  const { id } = await submitted(connection, body);
  await over(connection, id);
  for (const action of ['cancel', 'redrive'] as const) {
    expect(await order(id, action)).toMatchObject({ status: 409, body: { error: { code: 'Conflict' } } });
  }
  expect(await batchOf(connection, id)).toMatchObject({ state: 'completed', counts: { accepted: 2 } });
});
