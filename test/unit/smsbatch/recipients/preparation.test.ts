import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonList } from '../../../../shared/contract/jsonList.ts';
import { CsvFile } from '../../../../shared/contract/smsBatch.ts';
import { preparedPieces, RecipientPreparation } from '../../../../shared/smsbatch/recipients/preparation.ts';
import {
  parseRecipients,
  type Recipient,
  type RecipientLine,
} from '../../../../shared/smsbatch/recipients/recipient.ts';
import { recipientSource } from '../../../../shared/smsbatch/recipients/recipientSource.ts';
import { numbers } from '../fixtures.ts';

async function prepare(lines: readonly RecipientLine[], message = 'Hello', chunkSize = 3, rows = lines.length) {
  const preparation = new RecipientPreparation({ message, defaultCountry: 'US', chunkSize });
  let file = '';
  for await (const piece of preparedPieces({ lines, rowsRead: () => rows }, preparation)) file += piece;
  return { file: Buffer.from(file), summary: preparation.summary };
}

const lineOf = (to: string, index: number) => ({ line: index + 1, to });
const to = fc.oneof(
  fc.constantFrom(...numbers(12)),
  fc.constantFrom('(425) 555-0000', '4255550001', '', 'x', '+1', '+999'),
);

function chunksOf(file: Buffer, offsets: readonly number[]): Recipient[][] {
  return offsets.slice(1).map((end, chunk) => parseRecipients(file.subarray(offsets[chunk], end)));
}

test('every line is a recipient, a duplicate or invalid, and the blob is divided exactly into chunks', async () => {
  const valid = fc.constant('+14255559999');
  await fc.assert(
    fc.asyncProperty(
      fc.array(to, { maxLength: 60 }),
      valid,
      fc.integer({ min: 1, max: 7 }),
      async (list, one, size) => {
        const lines = [...list, one].map(lineOf);
        const { file, summary } = await prepare(lines, 'Hello', size);
        expect(summary.total + summary.duplicates + summary.invalidCount).toBe(lines.length);
        const chunks = chunksOf(file, summary.chunkOffsets);
        expect(chunks.flat()).toHaveLength(summary.total);
        expect(new Set(chunks.flat()).size).toBe(summary.total);
        expect(chunks.slice(0, -1).every((it) => it.length === size)).toBe(true);
        expect(summary.chunkOffsets[0]).toBe(0);
        expect(summary.chunkOffsets.at(-1)).toBe(file.length);
        expect(summary.segmentsTotal).toBe(summary.total);
      },
    ),
  );
});

const name = fc.string({ unit: fc.constantFrom(...'aé漢😀"\\\n€'), maxLength: 200 });

test('personalized messages are stored as filled, and each is counted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 20 }), async (names) => {
      const list = numbers(names.length);
      const lines = names.map((it, index) => ({ ...lineOf(list[index] ?? '', index), columns: { name: it } }));
      const { file, summary } = await prepare(lines, 'Hi {{name}}!');
      expect(chunksOf(file, summary.chunkOffsets).flat()).toEqual(names.map((it, index) => [list[index], `Hi ${it}!`]));
      expect(summary.segmentsTotal).toBeGreaterThanOrEqual(names.length);
      expect(summary.encoding).toBe(names.some((it) => /[漢😀\\]/u.test(it) && /[漢😀]/u.test(it)) ? 'UCS-2' : 'GSM-7');
    }),
  );
});

test('two spellings of a number are one recipient', async () => {
  const { summary } = await prepare(['+14255550100', '(425) 555-0100', '1 425 555 0100'].map(lineOf));
  expect(summary).toMatchObject({ total: 1, duplicates: 2 });
});

test('the first hundred invalid recipients are listed with line and reason, and all are counted', async () => {
  const bad = Array.from({ length: 150 }, () => 'not a number'.repeat(20));
  const { summary } = await prepare([...bad, '+14255550100'].map(lineOf));
  expect(summary.invalidCount).toBe(150);
  expect(summary.invalid).toHaveLength(100);
  expect(summary.invalid[99]).toMatchObject({ line: 100, reason: expect.any(String) });
  expect(summary.invalid[0]?.value.length).toBeLessThanOrEqual(64);
});

test('segments are counted per message, and the maximum is returned', async () => {
  const columns = (it: string) => ({ name: it });
  const { summary } = await prepare(
    numbers(3).map((it, index) => ({ ...lineOf(it, index), columns: columns('a'.repeat(index * 100)) })),
    'Hello {{name}}',
  );
  expect(summary).toMatchObject({ segmentsTotal: 1 + 1 + 2, segmentsPerMessageMaximum: 2, encoding: 'GSM-7' });
});

test.each([
  ['nobody', [], 'Hello', /recipients: is empty/],
  ['only invalid ones', ['x', 'y'], 'Hello', /no valid number; the first one, in line 1, is not a phone number/],
  ['a placeholder without a column', ['+14255550100'], 'Hi {{name}}', /placeholder \{\{name\}\} has no column/],
  ['an inherited name is no column', ['+14255550100'], 'Hi {{constructor}}', /\{\{constructor\}\} has no column/],
])('rejects %s', async (_, list, message, text) => {
  await expect(prepare(list.map(lineOf), message)).rejects.toMatchObject({ code: 'InvalidRequest' });
  await expect(prepare(list.map(lineOf), message)).rejects.toThrow(text);
});

test('a filled message may have at most 2048 characters', async () => {
  const filled = (length: number) => [{ line: 7, to: '+14255550100', columns: { name: '😀'.repeat(length) } }];
  await expect(prepare(filled(2048), '{{name}}')).resolves.toBeDefined();
  await expect(prepare(filled(2049), '{{name}}')).rejects.toThrow(/too long for line 7: 2049 characters once filled/);
});

test('recipients may be numbers, objects as in a single message, or CSV', async () => {
  const common = { from: '+18005550100', message: 'Hello' };
  const one = { line: 1, to: '+14255550100' };
  const list = (elements: readonly unknown[]) => new JsonList(Buffer.from(JSON.stringify(elements)));
  for (const request of [
    { recipients: [one.to] },
    { recipients: list([one.to]) },
    { smsRecipients: [{ to: one.to }] },
    { smsRecipients: list([{ to: one.to }]) },
    { csv: one.to },
    { csv: new CsvFile(Buffer.from(one.to)) },
  ]) {
    const source = recipientSource({ ...common, ...request });
    expect([...source.lines]).toEqual([one]);
    expect(source.rowsRead()).toBe(1);
  }
});

test.each([2, 4])('fails when %i rows were read, but 3 are accounted for', async (rows) => {
  const lines = ['+14255550100', '+14255550100', 'x'].map(lineOf);
  await expect(prepare(lines, 'Hello', 3, 3)).resolves.toBeDefined();
  const text = `${rows} rows of recipients were read, but accounted for were 1 recipients, 1 duplicates and 1 invalid`;
  await expect(prepare(lines, 'Hello', 3, rows)).rejects.toThrow(text);
});

test('a row with a problem is invalid, even if its number is valid', async () => {
  const lines = [{ line: 1, to: '+14255550100', problem: 'has 3 cells' }, lineOf('+14255550101', 1)];
  const { summary } = await prepare(lines);
  expect(summary).toMatchObject({
    total: 1,
    invalid: [{ line: 1, value: '+14255550100', reason: 'has 3 cells' }],
  });
});

test('listed values have no control characters, so that a hundred of them fit into a row', async () => {
  const { summary } = await prepare(['\u0001\uD800'.repeat(64), '+14255550100'].map(lineOf));
  expect(summary.invalid[0]?.value).toBe('\uFFFD'.repeat(64));
});

test('the first hundred recipients with an empty placeholder are listed, and all are counted', async () => {
  const lines = numbers(150).map((it, index) => ({ ...lineOf(it, index), columns: { a: 'x', b: '', c: '' } }));
  const { summary } = await prepare(
    [...lines, { line: 151, to: '+14255550100', columns: { a: '', b: '', c: '' } }],
    '{{c}}{{b}}',
  );
  expect(summary.emptyPlaceholders.count).toBe(150);
  expect(summary.emptyPlaceholders.first).toHaveLength(100);
  expect(summary.emptyPlaceholders.first[99]).toEqual({ line: 100, placeholder: 'c' });
});
