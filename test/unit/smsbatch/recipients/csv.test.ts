import { expect, test } from 'vitest';
import { CsvFile } from '../../../../shared/contract/smsBatch.ts';
import { csvRecipients } from '../../../../shared/smsbatch/recipients/csv/csvRecipients.ts';
import type { RecipientLine } from '../../../../shared/smsbatch/recipients/recipient.ts';

/** Reads a CSV completely, and compares its row count with the lines. */
function read(csv: string | Uint8Array): RecipientLine[] {
  const source = csvRecipients(typeof csv === 'string' ? csv : new CsvFile(csv), ['to', 'To', 'name', 'code']);
  const lines = [...source.lines];
  expect(source.rowsRead()).toBe(lines.length);
  return lines;
}

/** Numbers with their lines. */
const linesOf = (csv: string | Uint8Array) => read(csv).map(({ line, to }) => [line, to]);

test('without a header, the first column is used', () => {
  expect(linesOf('+14255550100,Anna\n+14255550101,Ben\n')).toEqual([
    [1, '+14255550100'],
    [2, '+14255550101'],
  ]);
});

test('with a header, the column `to` is used in any position, and the others are named', () => {
  expect(read('name,To,code\nAnna,+14255550100,A1\nBen,+14255550101,\n')).toEqual([
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
])('reads %s', (_, csv) => {
  const name = { to: '+14255550100', name: 'Anna' };
  expect(read(csv)).toEqual([{ line: 2, to: '+14255550100', columns: name }]);
  expect(read(Buffer.from(csv))).toEqual([{ line: 2, to: '+14255550100', columns: name }]);
});

test('quoted cells may contain delimiters, quotes and line ends', () => {
  const [first, second] = read('to,name\n+14255550100,"a ""b""; c\nd"\n+14255550101,x');
  expect(first?.columns?.['name']).toBe('a "b"; c\nd');
  expect(second).toMatchObject({ line: 4, to: '+14255550101' });
});

test('a byte order mark without a header is not part of the first number', () => {
  expect(linesOf('\uFEFF+14255550100\r\n')).toEqual([[1, '+14255550100']]);
});

test('empty lines are not recipients, but count as lines', () => {
  expect(linesOf('\n+14255550100\n\n\n+14255550101\n')).toEqual([
    [2, '+14255550100'],
    [5, '+14255550101'],
  ]);
});

test('an empty file and a header alone have no recipients', () => {
  for (const csv of ['', '\uFEFF', '\n\n', 'to', 'to,name\r\n']) expect(read(csv)).toEqual([]);
});

test.each([
  ['a line of a million characters', '1'.repeat(1_000_000), /the row in line 1 is longer than 16384 characters/],
  ['… or of as many numbers', '+14255550100,'.repeat(80_000), /longer than 16384/],
  [
    'a quote that is never closed',
    'to,name\n+14255550100,"Anna\n',
    /the row in line 2 has a quote that is never closed/,
  ],
  ['… before many rows', `to,name\n+14255550100,"Anna\n${'+14255550101,Ben\n'.repeat(5000)}`, /line 2 is longer than/],
  ['a header without `to`', 'phone,name\n+14255550100,Anna', /no column 'to' \(it has: phone, name\); call the column/],
  ['… that holds a digit', 'phone1,name\n+14255550100,Anna', /no column 'to' \(it has: phone1, name\)/],
  ['two columns `to`', 'to,name,To\n+14255550100,Anna,+14255550101', /two columns 'to'/],
  ['two columns of one name', 'to,name,name\n+14255550100,Anna,Ben', /two columns 'name'/],
  ['two columns that look the same', 'to,name,na\u200Bme\n+14255550100,Anna,Ben', /two columns 'name'/],
  ['a misplaced quote in the header', 'to,"na"me\n+14255550100,Anna', /the row in line 1 has a misplaced quote/],
  ['two possible delimiters', 'to;name,to\n+14255550100,Anna', /the delimiter may be , or ;/],
  ['several numbers in a first row without names', '+14255550100,+14255550101\n', /line 1 .* several columns/],
  ['customer numbers before phone numbers', '30123456;"+49 151 12345678"\n30123457;+4915112345679', /several columns/],
  ['a delimiter that is not supported', 'sep=x\ntoxname\n', /line 1 names the delimiter 'x'/],
])('rejects %s', (_, csv, text) => {
  expect(() => read(csv)).toThrow(
    expect.objectContaining({ code: 'InvalidRequest', target: 'csv', message: expect.stringMatching(text) }),
  );
});

test('a first line `sep=` names the delimiter, quoted or not, and counts as a line', () => {
  for (const [line, delimiter] of [
    ['sep=;', ';'],
    ['SEP=,', ','],
    ['"sep=;"', ';'],
    ['sep=\t', '\t'],
    ['sep=|', '|'],
  ] as const) {
    const csv = `\uFEFF${line}\r\nto${delimiter}name\r\n+14255550100${delimiter}Anna\r\n`;
    expect(read(csv)).toEqual([{ line: 3, to: '+14255550100', columns: { to: '+14255550100', name: 'Anna' } }]);
  }
  expect(read('sep=;')).toEqual([]);
});

test.each([
  ['the delimiter of the header, not of its texts', '"name, first";to\n"A, B";+14255550100'],
  ['the one by which there is a column `to`', 'name, first;to\nA, B;+14255550100'],
  ['the one after a number', '+14255550100;A, B'],
  ['a tab after a number', '+14255550100\tA; B, C'],
])('finds %s', (_, csv) => {
  expect(linesOf(csv).map(([, to]) => to)).toEqual(['+14255550100']);
});

test('the byte 0x1A that ends a DOS file is neither part of the last cell nor a row', () => {
  const columns = { to: '+14255550100', name: 'Anna' };
  for (const end of ['\x1A', '\r\n\x1A', '\r\n\x1A\x1A\r\n']) {
    expect(read(`to,name\r\n+14255550100,Anna${end}`)).toEqual([{ line: 2, to: '+14255550100', columns }]);
  }
  expect(linesOf('+14255550100\x1A')).toEqual([[1, '+14255550100']]);
});

test('a last column without a name is ignored', () => {
  expect(read('to;name;;\r\n+14255550100;Anna;;\r\n')).toEqual([
    { line: 2, to: '+14255550100', columns: { to: '+14255550100', name: 'Anna' } },
  ]);
});

test('lines that contain only delimiters are empty rows', () => {
  expect(linesOf('to;name\r\n;\r\n+14255550100;Anna\r\n;;;;\r\n" ";\r\n')).toEqual([[3, '+14255550100']]);
});

test('invisible characters around names and values are removed, and those inside are kept', () => {
  const family = '👨\u200D👩\u200D👧';
  const [row] = read(`\u200Bto,\uFEFFname\n+14255550100,\u200E\u00A0${family} ❤\uFE0F\u00A0\u202C`);
  expect(row?.columns).toEqual({ to: '+14255550100', name: `${family} ❤\uFE0F` });
});

test.each([
  ['fewer', '+14255550100', 'has 1 cell where the first row has 2'],
  ['more', '+14255550100,Doe, Jane', 'has 3 cells where the first row has 2'],
  ['one empty cell more', '+14255550100,Doe,', 'has 3 cells where the first row has 2'],
])('a row with %s cells than the header is invalid', (_, row, problem) => {
  expect(read(`to,name\n${row}\n+14255550101,Ben`)).toEqual([
    { line: 2, to: '+14255550100', problem },
    { line: 3, to: '+14255550101', columns: { to: '+14255550101', name: 'Ben' } },
  ]);
});

test('a decimal comma makes a row longer than the first one, with or without a header', () => {
  expect(read('+14255550100\n+14255550101,0\n')).toMatchObject([{}, { problem: expect.stringContaining('2 cells') }]);
});

test.each([
  ['cells of spaces between other characters', `to,n\n${`+14255550100,é${' '.repeat(16_000)}é\n`.repeat(200)}`],
  ['a first row of digits and a letter', `${'1'.repeat(16_000)};,\tx\n`],
  ['cells of quotes', `to,n\n${`+14255550100,"${'""'.repeat(8000)}"\n`.repeat(200)}`],
])('is not slowed down by %s', (_, csv) => {
  expect(read(csv).length).toBeGreaterThan(0); // takes minutes, and times out, if the time is quadratic in a cell's length
});

const header = (columns: number) => ['to', ...Array.from({ length: columns - 1 }, (_, column) => `c${column}`)].join();

test('only the columns that are used are kept', () => {
  const csv = `${header(100)}\n+14255550100${',x'.repeat(99)}`;
  expect([...csvRecipients(csv, ['c7']).lines]).toEqual([{ line: 2, to: '+14255550100', columns: { c7: 'x' } }]);
});

test.each([
  ['a header', `${header(101)}\n`],
  ['rows without a header', `+14255550100${',x'.repeat(100)}\n`],
])('more than a hundred columns are rejected: %s', (_what, csv) => {
  expect(() => read(csv)).toThrow('line 1 has 101 columns; the maximum is 100');
});
