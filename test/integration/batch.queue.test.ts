import { describe, expect, inject, test } from 'vitest';
import { type SmsBatch, smsBatch } from '../../shared/contract/smsBatch.ts';
import { batchOf, over } from '../setup/batches.ts';
import { smsFrom } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, uniqueQueue, uniqueSender } from '../setup/names.ts';
import { openQueues } from '../setup/storage.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const queues = openQueues(stack.storage);
const connection = connectionOf(stack.switchboard);

/** Puts a batch on its queue for a client. Returns the data of the outcome. */
async function asked(message: Readonly<Record<string, unknown>>): Promise<SmsBatch & { id: string }> {
  const outcome = await queues.ask('sms-batches', { client: 'everything', ...message });
  expect(outcome).toMatchObject({ type: 'switchboard.submitSmsBatch.succeeded', httpstatus: 202 });
  const batch = smsBatch.parse(outcome.data);
  return { ...batch, id: batch.id ?? '' };
}

describe('a batch by queue', () => {
  test('is accepted and sent', async () => {
    const [from, recipients] = [uniqueSender(), recipientsOf(120)];
    const { id, counts } = await asked({ body: { from, message: 'Hello', recipients } });
    expect(counts).toMatchObject({ total: 120 });
    expect(await over(connection, id)).toMatchObject({ state: 'completed', counts: { accepted: 120 } });
    expect((await smsFrom(stack.acs, from)).map(({ to }) => to).sort()).toEqual(recipients);
  });

  test('may be in a blob', async () => {
    const [from, name] = [uniqueSender(), `everything/${crypto.randomUUID()}.json`];
    const recipients = recipientsOf(5000);
    await queues.putBody(name, JSON.stringify({ from, message: 'Hello', recipients }));
    const { id } = await asked({ bodyBlob: name });
    expect(await over(connection, id)).toMatchObject({ state: 'completed', counts: { accepted: 5000 } });
    expect(await smsFrom(stack.acs, from)).toHaveLength(5000);
  });

  test('may be CSV inside the JSON', async () => {
    const from = uniqueSender();
    const [anna = ''] = recipientsOf(1);
    const { id } = await asked({ body: { from, message: 'Hello {{name}}', csv: `to,name\n${anna},Anna\n` } });
    await over(connection, id);
    expect(await smsFrom(stack.acs, from)).toMatchObject([{ to: anna, message: 'Hello Anna' }]);
  });

  test('is one batch when it is put twice with the same id', async () => {
    const [from, id] = [uniqueSender(), crypto.randomUUID()];
    const message = { id, body: { from, message: 'Hello', recipients: recipientsOf(3) } };
    const [first, second] = [await asked(message), await asked(message)];
    expect(second.id).toBe(first.id);
    await over(connection, first.id);
    expect(await smsFrom(stack.acs, from)).toHaveLength(3);
  });

  test('belongs only to the client that the message names', async () => {
    const body = { from: uniqueSender(), message: 'Hello', recipients: recipientsOf(1) };
    const { id } = await asked({ client: 'plain', body });
    expect(await batchOf(connectionOf(stack.switchboard, 'plain'), id)).toMatchObject({ counts: { total: 1 } });
    expect((await call(connection, { method: 'GET', target: `/sms/batches/${id}` })).status).toBe(404);
  });

  test.each([
    ['of a sender that is not the client’s', { client: 'batches', body: { from: '+18005550111' } }, 403],
    ['of a client that may not', { client: 'mail-only', body: { from: '+18005550110' } }, 403],
    ['without a valid recipient', { body: { from: uniqueSender(), recipients: ['nonsense'] } }, 400],
    ['whose blob is not there', { body: undefined, bodyBlob: 'everything/not-there.json' }, 400],
  ])('%s is reported as failed, and kept', async (_what, { body, ...rest }, httpstatus) => {
    const id = uniqueQueue('batch');
    const whole = body && { message: 'Hello', recipients: recipientsOf(1), ...body };
    const outcome = await queues.ask('sms-batches', { id, client: 'everything', ...rest, body: whole });
    expect(outcome).toMatchObject({ type: 'switchboard.submitSmsBatch.failed', subject: id, httpstatus });
    const kept = async () => (await queues.peek('sms-batches-poison')).find((text) => text.includes(id));
    expect(JSON.parse(await eventually('it is kept', kept))).toMatchObject({ id });
  });
});
