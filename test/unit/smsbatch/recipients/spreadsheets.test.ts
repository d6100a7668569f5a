import { expect, test } from 'vitest';
import { CsvFile } from '../../../../shared/contract/smsBatch.ts';
import { BATCHES_CONTAINER, recipientsBlob } from '../../../../shared/smsbatch/batch.ts';
import { parseRecipients } from '../../../../shared/smsbatch/recipients/recipient.ts';
import { ID, type Rig, rig, submit } from '../fixtures.ts';

/** What files of recipients from spreadsheets and people really contain. */

async function recipientsOf({ storage }: Rig) {
  return parseRecipients((await storage.blobs.read(BATCHES_CONTAINER, recipientsBlob(ID))) ?? Buffer.from(''));
}

/** Submits a CSV. @returns the batch and what would be sent */
async function imported(csv: string, message = 'Hello', defaultCountry?: string) {
  const it = rig();
  const batch = await submit(it, { csv, message, ...(defaultCountry ? { defaultCountry } : {}) });
  return { batch, recipients: await recipientsOf(it) };
}

test('each line is a row, in any mixture of line ends', async () => {
  const csv = 'to,name\r\n+14255550131,Anna\r\n+14255550132,Ben\n+14255550133,Cy\r+14255550134,Dee\r\n';
  const { batch, recipients } = await imported(csv, 'Hi {{name}}!');
  expect(batch).toMatchObject({ counts: { total: 4 }, duplicates: 0, invalid: { count: 0 } });
  expect(recipients).toEqual([
    ['+14255550131', 'Hi Anna!'],
    ['+14255550132', 'Hi Ben!'],
    ['+14255550133', 'Hi Cy!'],
    ['+14255550134', 'Hi Dee!'],
  ]);
});

test('a whole number written as a float is accepted', async () => {
  const { recipients } = await imported(
    'to\n+4915112345678.0\n+436641234567.0\n+6281234567890.0\n+358401234567.0\n"+48512345678,00"\n',
  );
  expect(recipients).toEqual(['+4915112345678', '+436641234567', '+6281234567890', '+358401234567', '+48512345678']);
});

test('a number that its country does not use is invalid', async () => {
  const { batch, recipients } = await imported(
    'to\n+48 (0) 512 345 678\n+420 (0) 601 123 456\n+14255550131\n+11234567890\n',
  );
  expect(recipients).toEqual(['+14255550131']);
  expect(batch.invalid.first.map(({ line }) => line)).toEqual([2, 3, 5]);
});

test('a row with more or fewer cells than the header is invalid, and no message contains data of a wrong column', async () => {
  const { batch, recipients } = await imported(
    'to,name,code\n+14255550151,Anna,1111\n+14255550152,Doe, Ben,2222\n+14255550153,Cy\n',
    '{{name}}, your code is {{code}}',
  );
  expect(recipients).toEqual([['+14255550151', 'Anna, your code is 1111']]);
  expect(batch.invalid).toEqual({
    count: 2,
    first: [
      { line: 3, value: '+14255550152', reason: 'has 4 cells where the first row has 3' },
      { line: 4, value: '+14255550153', reason: 'has 2 cells where the first row has 3' },
    ],
  });
});

test('invisible characters around and inside a number are ignored', async () => {
  const { batch, recipients } = await imported(
    [
      'to',
      '\u202A+14255550131\u202C',
      '\u200E+14255550132\u200F',
      '+14255550133\uFE0F',
      '+1\u202F425\u00A0555\u20070134',
      '\u2066+1425\u00AD5550\u200B135\u2069',
    ].join('\n'),
  );
  expect(batch.invalid.first).toEqual([]);
  expect(recipients).toEqual(['+14255550131', '+14255550132', '+14255550133', '+14255550134', '+14255550135']);
});

test('a first line `sep=;` names the delimiter', async () => {
  const { recipients } = await imported('sep=;\r\nto;name\r\n+14255550131;Anna, B.\r\n', 'Hi {{name}}');
  expect(recipients).toEqual([['+14255550131', 'Hi Anna, B.']]);
});

test('UTF-16 with a byte order mark is read', async () => {
  const it = rig();
  const csv = Buffer.from('\uFEFFto\tname\r\n+14255550131\tŽofie 😀\r\n', 'utf16le');
  await submit(it, { csv: new CsvFile(csv), message: 'Hi {{name}}' });
  expect(await recipientsOf(it)).toEqual([['+14255550131', 'Hi Žofie 😀']]);
});

test('an empty placeholder is sent, and counted with its line', async () => {
  const { batch, recipients } = await imported(
    'to,name,note\n+14255550131,,\n+14255550132,Ben,\n+14255550133, ,x\n',
    'Hi {{name}}!',
  );
  expect(recipients).toEqual([
    ['+14255550131', 'Hi !'],
    ['+14255550132', 'Hi Ben!'],
    ['+14255550133', 'Hi !'],
  ]);
  expect(batch.emptyPlaceholders).toEqual({
    count: 2,
    first: [
      { line: 2, placeholder: 'name' },
      { line: 4, placeholder: 'name' },
    ],
  });
});
