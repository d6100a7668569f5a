import { expect, inject, test } from 'vitest';
import { signedFetch } from '../../infra/local/client/signedFetch.ts';
import { accepted, openBatchStorage, over } from '../setup/batches.ts';
import { smsFrom } from '../setup/emulator.ts';
import { recipientsOf, uniqueSender } from '../setup/names.ts';
import { answerOf, connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const connection = connectionOf(stack.switchboard);
const storage = openBatchStorage(stack.storage);

test('a CSV as spreadsheets write it is sent to all valid recipients, and the others are listed', async () => {
  const from = uniqueSender();
  const [anna = '', ben = '', cy = '', dee = ''] = recipientsOf(4);
  const csv = `sep=;\r\nto;name\r\n${anna};Žofie\n${ben}.0;\r${cy};Doe;Jane\r\n\u202A${dee}\u202C;"Dee; D."\r\n;;\r\n`;
  const target = `/sms/batches?${new URLSearchParams({ from, message: 'Hi {{name}}!' })}`;
  const headers = { 'content-type': 'application/vnd.ms-excel' };
  const body = new Uint8Array(Buffer.from(`\uFEFF${csv}`, 'utf16le'));
  const batch = accepted(await answerOf(await signedFetch(connection, { method: 'POST', target, headers, body })));
  expect(batch).toMatchObject({
    counts: { total: 3 },
    invalid: { count: 1, first: [{ line: 5, value: cy, reason: 'has 3 cells where the first row has 2' }] },
    emptyPlaceholders: { count: 1, first: [{ line: 4, placeholder: 'name' }] },
  });
  const { invalid, emptyPlaceholders } = await over(connection, batch.id);
  expect({ invalid, emptyPlaceholders }).toEqual({
    invalid: batch.invalid,
    emptyPlaceholders: batch.emptyPlaceholders,
  });
  const texts = Object.fromEntries((await smsFrom(stack.acs, from)).map(({ to, message }) => [to, message]));
  expect(texts).toEqual({ [anna]: 'Hi Žofie!', [ben]: 'Hi !', [dee]: 'Hi Dee; D.!' });
});

test('a body of an unsupported type is rejected, and leaves nothing behind', async () => {
  const [from, key] = [uniqueSender(), crypto.randomUUID()];
  const target = `/sms/batches?${new URLSearchParams({ from, message: 'Hello' })}`;
  const headers = { 'content-type': 'application/octet-stream', 'idempotency-key': key };
  const answer = await answerOf(
    await signedFetch(connection, { method: 'POST', target, headers, body: 'to\n+14255550100\n' }),
  );
  expect(answer).toMatchObject({ status: 415, body: { error: { code: 'UnsupportedMediaType' } } });
  expect(await storage.traces('everything', key)).toMatchObject({ row: false, recipients: false, active: false });
});
