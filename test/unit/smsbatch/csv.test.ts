import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecipients } from '../../../shared/smsbatch/csv.ts';
import type { RecipientLine } from '../../../shared/smsbatch/recipient.ts';

async function read(csv: string | Uint8Array): Promise<RecipientLine[]> {
  const lines: RecipientLine[] = [];
  for await (const line of csvRecipients(csv)) lines.push(line);
  return lines;
}

/** Numbers with their lines. */
const linesOf = async (csv: string | Uint8Array) => (await read(csv)).map(({ line, to }) => [line, to]);

test('without a header, the first column counts', async () => {
  expect(await linesOf('+14255550100\n+14255550101,ignored\n')).toEqual([
    [1, '+14255550100'],
    [2, '+14255550101'],
  ]);
});

test('with a header, the column `to` counts wherever it stands, and the others are named', async () => {
  expect(await read('name,To,code\nAnna,+14255550100,A1\nBen,+14255550101\n')).toEqual([
    { line: 2, to: '+14255550100', columns: { name: 'Anna', To: '+14255550100', code: 'A1' } },
    { line: 3, to: '+14255550101', columns: { name: 'Ben', To: '+14255550101', code: '' } },
  ]);
});

test.each([
  ['a BOM', '\uFEFFto,name\n+14255550100,Anna'],
  ['CRLF', 'to,name\r\n+14255550100,Anna\r\n'],
  ['CR alone', 'to,name\r+14255550100,Anna\r'],
  ['quotes', '"to","name"\n"+14255550100","Anna"'],
  ['semicolons', 'to;name\n+14255550100;Anna'],
  ['tabs', 'to\tname\n+14255550100\tAnna'],
  ['spaces', ' to , name \n +14255550100 , Anna '],
])('reads %s', async (_, csv) => {
  const name = { to: '+14255550100', name: 'Anna' };
  expect(await read(csv)).toEqual([{ line: 2, to: '+14255550100', columns: name }]);
  expect(await read(Buffer.from(csv))).toEqual([{ line: 2, to: '+14255550100', columns: name }]);
});

test('quotes hold delimiters, quotes and line ends', async () => {
  const [first, second] = await read('to,name\n+14255550100,"a ""b"", c;\nd"\n+14255550101,x');
  expect(first?.columns?.['name']).toBe('a "b", c;\nd');
  expect(second).toMatchObject({ line: 4, to: '+14255550101' });
});

test('a BOM without a header does not become part of the number', async () => {
  expect(await linesOf('\uFEFF+14255550100\r\n')).toEqual([[1, '+14255550100']]);
});

test('empty lines are no recipients, but are counted as lines', async () => {
  expect(await linesOf('\n+14255550100\n\n\n+14255550101\n')).toEqual([
    [2, '+14255550100'],
    [5, '+14255550101'],
  ]);
});

test('nothing, and a header alone, have no recipients', async () => {
  for (const csv of ['', '\uFEFF', '\n\n', 'to', 'to,name\r\n']) expect(await read(csv)).toEqual([]);
});

test.each([
  ['a line of a million characters', '1'.repeat(1_000_000), /line 1: longer than 16384 characters/],
  ['… or of as many numbers', '+14255550100,'.repeat(80_000), /longer than 16384/],
  ['a file of zeros', new Uint8Array(100_000), /binary/],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /binary|UTF-8/],
  ['UTF-16', Buffer.from('\uFEFF+14255550100\n', 'utf16le'), /binary|UTF-8/],
  ['Latin-1', Buffer.from('to,name\n+14255550100,Müller', 'latin1'), /UTF-8/],
  ['a character that is cut off', Buffer.from('to,name\n+14255550100,漢').subarray(0, -1), /UTF-8/],
  ['a quote in the middle', '+14255550100,a"b\n', /line 1: a quote is out of place/],
  ['a quote that never ends', 'to,name\n+14255550100,"Anna\n', /a quote is out of place/],
  ['a header without `to`', 'phone,name\n+14255550100,Anna', /no column 'to' \(it has: phone, name\)/],
])('refuses %s', async (_, csv, text) => {
  await expect(read(csv)).rejects.toMatchObject({
    code: 'InvalidRequest',
    target: 'csv',
    message: expect.stringMatching(text),
  });
});

test('an error names the line where it is', async () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `+1425555${String(index).padStart(4, '0')}`);
  lines[3210] = '+14255553210,"a"b';
  await expect(read(lines.join('\r\n'))).rejects.toThrow(/line 3211: a quote/);
});

test('a character may be cut anywhere between two pieces of a large file', async () => {
  const text = 'é漢😀';
  for (let shift = 0; shift <= Buffer.byteLength(text); shift += 1) {
    const filler = 64 * 1024 - shift - '+14255550100,'.length;
    const rows = `+14255550109,${'x'.repeat(5000)}\n`;
    const before = rows.repeat(Math.floor(filler / rows.length));
    const padding = 'y'.repeat(filler - before.length);
    const csv = `${before}+14255550100,${padding}${text}\n+14255550101,z`;
    expect((await linesOf(Buffer.from(csv))).slice(-2).map(([, to]) => to)).toEqual(['+14255550100', '+14255550101']);
    const withHeader = await read(Buffer.from(`to,n\n${csv}`));
    expect(withHeader.at(-2)?.columns?.['n']).toBe(padding + text);
  }
});

const cell = fc.string({ unit: fc.constantFrom(...'aä漢😀,;"\n\r x') }).map((it) => it.trim());
const quoted = (it: string) => `"${it.replaceAll('"', '""')}"`;

test('what was quoted comes back, with every delimiter and line end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cell, { minLength: 1, maxLength: 20 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n'),
      async (cells, delimiter, end) => {
        const rows = cells.map((it) => `+14255550100${delimiter}${quoted(it)}`);
        const read_ = await read([`to${delimiter}name`, ...rows].join(end));
        expect(read_.map(({ columns }) => columns?.['name'])).toEqual(cells);
      },
    ),
  );
});
