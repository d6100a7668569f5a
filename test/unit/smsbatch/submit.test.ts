import { expect, test } from 'vitest';
import { JsonList } from '../../../shared/contract/jsonList.ts';
import type { SubmitSmsBatchRequest } from '../../../shared/contract/smsBatch.ts';
import { CsvFile } from '../../../shared/contract/smsBatch.ts';
import { SPLIT_QUEUE } from '../../../shared/smsbatch/send/batchQueues.ts';
import { dryRunBatch } from '../../../shared/smsbatch/submit.ts';
import { batchOf, CLIENT, FROM, ID, numbers, rig, submit } from './fixtures.ts';

const DAY = 86_400_000;

const wrong: readonly (readonly [string, Partial<SubmitSmsBatchRequest>, string, RegExp])[] = [
  ['nobody to send to', { recipients: [] }, 'recipients', /is empty/],
  ['an empty CSV', { csv: '' }, 'recipients', /is empty/],
  ['a CSV that is all header', { csv: 'to,name\n' }, 'recipients', /is empty/],
  ['only wrong numbers', { recipients: ['x'] }, 'recipients', /no valid number/],
  ['a binary file', { csv: new CsvFile(new Uint8Array(9)) }, 'csv', /binary/],
  ['an endless line', { csv: '1'.repeat(1_000_000) }, 'csv', /longer than/],
  ['a CSV without `to`', { csv: 'phone\n+14255550100' }, 'csv', /no column 'to'/],
  ['a CSV that breaks off late', { csv: `${numbers(40_000).join('\n')}\n+1,"x` }, 'csv', /quote/],
  ['a placeholder without a column', { csv: 'to\n+14255550100', message: 'Hi {{name}}' }, 'message', /\{\{name\}\}/],
  ['a placeholder without any CSV', { message: 'Hi {{name}}' }, 'message', /\{\{name\}\}/],
  ['a text too long', { csv: `to,a\n+14255550100,${'x'.repeat(2049)}`, message: '{{a}}' }, 'message', /line 2/],
  ['a time past', { sendAt: new Date(0).toISOString() }, 'sendAt', /past/],
  ['no country', { defaultCountry: 'XX' }, 'defaultCountry', /not a country/],
];

test.each(wrong)('rejects %s, and stores nothing', async (_, request, target, text) => {
  const it = rig();
  await expect(submit(it, request)).rejects.toMatchObject({ code: 'InvalidRequest', target });
  await expect(submit(it, request)).rejects.toThrow(text);
  expect(it.storage.sent).toEqual([]);
  expect(it.events).toEqual([]);
  expect(await it.context.batches.get(CLIENT, ID)).toBeUndefined();
  for await (const active of it.context.batches.active()) expect(active).toBeUndefined();
});

test('may be scheduled up to seven days ahead', async () => {
  const it = rig();
  const late = { sendAt: new Date(it.now + 7 * DAY + 1).toISOString() };
  await expect(submit(it, late)).rejects.toMatchObject({ target: 'sendAt' });
  const batch = await submit(it, { sendAt: new Date(it.now + 7 * DAY).toISOString() });
  expect(batch).toMatchObject({ state: 'scheduled' });
  const splits = it.storage.sent.filter(({ queue }) => queue === SPLIT_QUEUE);
  expect(splits).toMatchObject([{ options: { delaySeconds: (7 * DAY) / 1000 } }]);
});

test('a repeated submission returns the existing batch, whatever it contains', async () => {
  const it = rig();
  const first = await submit(it);
  const { createdOn } = await batchOf(it);
  it.now += 5000;
  expect(await submit(it, { message: 'other', recipients: [] })).toMatchObject({ id: first.id, counts: first.counts });
  expect(await batchOf(it)).toMatchObject({ createdOn, message: 'Hello' });
});

test('a dry run answers like the submission, and stores nothing', async () => {
  const it = rig();
  const request = { from: FROM, message: 'Hello', recipients: ['x', ...numbers(500), '+14255550000'] };
  const dry = await dryRunBatch(it.context, { id: ID, client: CLIENT, request });
  expect(await it.context.batches.get(CLIENT, ID)).toBeUndefined();
  expect(it.storage.sent).toEqual([]);
  const { id, ...real } = await submit(it, request);
  expect(id).toBe(ID);
  expect({ ...real, estimatedCompletionOn: '' }).toEqual({ ...dry, estimatedCompletionOn: '' });
  expect(dry).not.toHaveProperty('id');
});

test('a submission whose rows are not all accounted for fails, and stores nothing', async () => {
  const it = rig();
  /** A list that skips one of its elements. */
  class LossyList extends JsonList {
    override *[Symbol.iterator]() {
      for (const element of super[Symbol.iterator]()) if (element !== '+14255550101') yield element;
    }
  }
  const recipients = new LossyList(Buffer.from('["+14255550100","+14255550101","+14255550102"]'));
  await expect(submit(it, { recipients })).rejects.toThrow(
    /3 rows of recipients were read, but accounted for were 2 recipients/,
  );
  expect(it.storage.sent).toEqual([]);
  expect(it.events).toEqual([]);
  expect(await it.context.batches.get(CLIENT, ID)).toBeUndefined();
  for await (const active of it.context.batches.active()) expect(active).toBeUndefined();
});
