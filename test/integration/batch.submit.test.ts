import { describe, expect, inject, test } from 'vitest';
import { smsBatch } from '../../shared/contract/smsBatch.ts';
import {
  accepted,
  batchOf,
  openBatchStorage,
  over,
  resultsOf,
  submit,
  submitCsv,
  submitted,
  targetOf,
} from '../setup/batches.ts';
import { smsFrom } from '../setup/emulator.ts';
import { recipientsOf, uniquePacedSender, uniqueSender } from '../setup/names.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const connection = connectionOf(stack.switchboard);
const storage = openBatchStorage(stack.storage);

describe('a batch', () => {
  test('is sent to every recipient once, and reports it', async () => {
    const [from, recipients] = [uniqueSender(), recipientsOf(250)];
    const answer = await submit(connection, { from, message: 'Hello', recipients });
    const batch = accepted(answer);
    expect(batch).toMatchObject({ from, counts: { total: 250, failed: 0 }, duplicates: 0 });
    expect(batch.counts.pending + batch.counts.accepted).toBe(250); // the first chunk may have been sent already
    expect(batch.segments).toEqual({ encoding: 'GSM-7', total: 250, perMessageMaximum: 1 });
    const promised = Date.parse(batch.estimatedCompletionOn ?? batch.createdOn); // absent once all chunks are queued
    expect(promised).toBeGreaterThan(Date.parse(batch.createdOn) - 1);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    const target = targetOf(answer.headers.get('operation-location') ?? '');
    expect((await call(connection, { method: 'GET', target })).body).toMatchObject({ id: batch.id });

    const end = await over(connection, batch.id);
    expect(end).toMatchObject({ state: 'completed', counts: { total: 250, pending: 0, accepted: 250, failed: 0 } });
    expect(end.completedOn).toBeDefined();
    expect(end.estimatedCompletionOn).toBeUndefined();
    const delivered = await smsFrom(stack.acs, from);
    expect(delivered.map(({ to }) => to).sort()).toEqual(recipients);
    const idOf = new Map(delivered.map(({ to, messageId }) => [to, messageId]));
    expect(await resultsOf(connection, batch.id)).toEqual(
      recipients.map((to) => ({ to, state: 'accepted', messageId: idOf.get(to) })),
    );
  });

  test('accepts recipients as in ACS, and numbers as people write them', async () => {
    const from = uniqueSender();
    const smsRecipients = [{ to: '(425) 555-0123' }, { to: '+44 20 7946 0958' }, { to: '425-555-0123' }];
    const batch = await submitted(connection, { from, message: 'Hello', smsRecipients, defaultCountry: 'US' });
    expect(batch).toMatchObject({ counts: { total: 2 }, duplicates: 1, invalid: { count: 0, first: [] } });
    await over(connection, batch.id);
    const delivered = await smsFrom(stack.acs, from);
    expect(delivered.map(({ to }) => to).sort()).toEqual(['+14255550123', '+442079460958']);
  });

  test('lists invalid recipients, and sends to the others', async () => {
    const from = uniqueSender();
    const [valid = ''] = recipientsOf(1);
    const recipients = ['not a number', valid, '+1425', '', valid];
    const batch = await submitted(connection, { from, message: 'Hello', recipients });
    expect(batch).toMatchObject({ counts: { total: 1 }, duplicates: 1, invalid: { count: 3 } });
    expect(batch.invalid.first.map(({ line, value }) => [line, value])).toEqual([
      [1, 'not a number'],
      [3, '+1425'],
      [4, ''],
    ]);
    const end = await over(connection, batch.id);
    expect(end.invalid).toEqual(batch.invalid);
    expect(await smsFrom(stack.acs, from)).toMatchObject([{ to: valid }]);
  });

  test('from CSV fills placeholders for each recipient', async () => {
    const from = uniqueSender();
    const [anna = '', ben = ''] = recipientsOf(2);
    const csv = `to,name,code\r\n${anna},"Anna, B.",1\r\n${ben},Ben,2\r\n`;
    const answer = await submitCsv(connection, csv, { from, message: 'Hi {{name}}: {{ code }}' });
    const { id } = accepted(answer);
    await over(connection, id);
    const texts = Object.fromEntries((await smsFrom(stack.acs, from)).map(({ to, message }) => [to, message]));
    expect(texts).toEqual({ [anna]: 'Hi Anna, B.: 1', [ben]: 'Hi Ben: 2' });
  });

  test('has the caller’s options and tag, and requests delivery reports', async () => {
    const tagged = uniqueSender();
    const smsSendOptions = { enableDeliveryReport: false, tag: 'spring' };
    const batch = { message: 'Hello', recipients: recipientsOf(1) };
    const { id } = await submitted(connection, { ...batch, from: tagged, smsSendOptions });
    const plain = uniqueSender();
    const { id: plainId } = await submitted(connection, { ...batch, from: plain });
    await Promise.all([over(connection, id), over(connection, plainId)]);
    expect((await smsFrom(stack.acs, tagged))[0]?.smsSendOptions).toEqual({
      enableDeliveryReport: false,
      tag: expect.stringMatching(new RegExp(`^${id}/0/[\\w-]{22} spring$`)),
    });
    expect((await smsFrom(stack.acs, plain))[0]?.smsSendOptions).toEqual({
      enableDeliveryReport: true,
      tag: expect.stringMatching(new RegExp(`^${plainId}/0/[\\w-]{22}$`)),
    });
  });

  test('submitted twice with the same Idempotency-Key is one batch', async () => {
    const [from, key] = [uniqueSender(), crypto.randomUUID()];
    const body = { from, message: 'Hello', recipients: recipientsOf(3) };
    const first = await submitted(connection, body, key);
    const second = await submitted(connection, body, key);
    expect(second.id).toBe(first.id);
    expect(await storage.traces('everything', key)).toMatchObject({ id: first.id, row: true, recipients: true });
    await over(connection, first.id);
    const third = await submitted(connection, body, key);
    expect(third.id).toBe(first.id);
    expect(await smsFrom(stack.acs, from)).toHaveLength(3);
    const other = await submit(connection, { ...body, message: 'Goodbye' }, key);
    expect(other).toMatchObject({ status: 422, body: { error: { code: 'IdempotencyKeyReused' } } });
  });
});

describe('a dry run', () => {
  test('returns the same, and leaves nothing behind', async () => {
    const [from, key] = [uniquePacedSender(), crypto.randomUUID()];
    const body = { from, message: 'Hello €', recipients: [...recipientsOf(120), 'nonsense'] };
    const { status, body: answer } = await submit(connection, body, key, '?dryRun=true');
    expect(status).toBe(200);
    const { counts, invalid, segments, estimatedCompletionOn, createdOn, id } = smsBatch.parse(answer);
    expect({ counts, invalid, segments, id }).toMatchObject({
      counts: { total: 120, pending: 120 },
      invalid: { count: 1 },
      segments: { encoding: 'GSM-7', total: 120 },
      id: undefined,
    });
    expect(Date.parse(estimatedCompletionOn ?? '') - Date.parse(createdOn)).toBeGreaterThan(60_000);
    expect(await storage.traces('everything', key)).toMatchObject({ row: false, recipients: false, active: false });
    expect(await smsFrom(stack.acs, from)).toEqual([]);
  });
});

describe('a rejected batch leaves nothing behind', () => {
  const valid = { from: uniqueSender(), message: 'Hello', recipients: recipientsOf(2) };
  const hoursAhead = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

  test.each<[string, object, string]>([
    ['no recipients', { recipients: [] }, 'recipients'],
    ['no valid recipient', { recipients: ['nonsense', '+1'] }, 'recipients'],
    ['two lists of recipients', { smsRecipients: [] }, 'recipients'],
    ['no recipients at all', { recipients: undefined }, 'recipients'],
    ['a number instead of a text', { recipients: [4255550123] }, 'recipients[0]'],
    ['an empty message', { message: '' }, 'message'],
    ['a message that is too long', { message: 'x'.repeat(2049) }, 'message'],
    ['a placeholder without a column', { message: 'Hello {{name}}' }, 'message'],
    ['a sender of no kind', { from: 'not a sender!' }, 'from'],
    ['a time in the past', { sendAt: '2020-01-01T00:00:00Z' }, 'sendAt'],
    ['a time too far ahead', { sendAt: hoursAhead(8 * 24) }, 'sendAt'],
    ['a time that is none', { sendAt: 'tomorrow' }, 'sendAt'],
    ['a country that has no phones', { defaultCountry: 'ZZ' }, 'defaultCountry'],
    ['a field that nobody knows', { reciepients: [] }, 'reciepients'],
    ['CSV without a number column', { recipients: undefined, csv: 'name\nAnna\n' }, 'csv'],
  ])('%s', async (_what, changes, target) => {
    const key = crypto.randomUUID();
    const { status, body } = await submit(connection, { ...valid, ...changes }, key);
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequest', target } } });
    expect(await storage.traces('everything', key)).toMatchObject({ row: false, recipients: false, active: false });
  });

  test('a sender or an operation that the client may not use', async () => {
    for (const client of ['batches', 'smsOnly', 'mailOnly'] as const) {
      const answer = await submit(connectionOf(stack.switchboard, client), valid);
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'Forbidden' } } });
    }
    expect(await smsFrom(stack.acs, valid.from)).toEqual([]);
  });
});

test('a batch that does not exist', async () => {
  const id = crypto.randomUUID();
  await expect(batchOf(connection, id)).rejects.toThrow(/^404 .*NotFound/);
  await expect(batchOf(connection, 'no-id')).rejects.toThrow(/^400 /);
});
