import { expect, test } from 'vitest';
import { CsvFile } from '../../../../shared/contract/smsBatch.ts';
import { csvRecipients } from '../../../../shared/smsbatch/recipients/csv/csvRecipients.ts';

function read(csv: CsvFile | string) {
  const source = csvRecipients(csv, ['to', 'name', 'n']);
  const lines = [...source.lines];
  expect(source.rowsRead()).toBe(lines.length);
  return lines;
}

const TEXT = 'to,name\r\n+14255550100,Žofie 漢😀\r\n';
const ROWS = [{ line: 2, to: '+14255550100', columns: { to: '+14255550100', name: 'Žofie 漢😀' } }];

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each([
  ['UTF-8', new CsvFile(Buffer.from(TEXT))],
  ['UTF-8 with a byte order mark', new CsvFile(Buffer.from(`\uFEFF${TEXT}`))],
  ['UTF-16LE with a byte order mark', new CsvFile(Buffer.from(`\uFEFF${TEXT}`, 'utf16le'))],
  ['UTF-16BE with a byte order mark', new CsvFile(utf16be(`\uFEFF${TEXT}`))],
  ['UTF-16LE by its charset', new CsvFile(Buffer.from(TEXT, 'utf16le'), 'utf-16le')],
  ['a byte order mark rather than the declared charset', new CsvFile(Buffer.from(`\uFEFF${TEXT}`), 'windows-1252')],
  [
    'GB18030 by its charset',
    new CsvFile(Buffer.from('746f2c6e616d650d0a2b31343235353535303130302cd2bb0d0a', 'hex'), 'gb18030'),
  ],
])('reads %s', (what, file) => {
  const name = what.startsWith('GB') ? '一' : 'Žofie 漢😀'; // D2 BB is U+4E00 in GB 18030
  expect(read(file)).toMatchObject([{ line: 2, to: '+14255550100', columns: { name } }]);
});

test('reads windows-1252 by its charset', () => {
  const file = new CsvFile(Buffer.from('to,name\n+14255550100,M\xfcller \x80', 'latin1'), 'windows-1252');
  expect(read(file)[0]?.columns?.['name']).toBe('Müller €');
});

test('CSV in a JSON string has no encoding, but may have a byte order mark', () => {
  expect(read(TEXT)).toEqual(ROWS);
  expect(read(`\uFEFF${TEXT}`)).toEqual(ROWS);
});

const UTF32LE = Buffer.from('fffe000074000000', 'hex');
const UTF32BE = Buffer.from('0000feff00000074', 'hex');

test.each([
  ['UTF-32LE', new CsvFile(UTF32LE), /UTF-32/],
  ['UTF-32BE', new CsvFile(UTF32BE), /UTF-32/],
  ['UTF-16 without a byte order mark', new CsvFile(Buffer.from(TEXT, 'utf16le')), /UTF-16 without a byte order mark/],
  ['a file of zeros', new CsvFile(new Uint8Array(100_000)), /line 1 contains NUL characters: the file is binary/],
  ['a zero in line 3', new CsvFile(Buffer.from('to\n+14255550100\n\0')), /line 3 contains NUL/],
  ['a zero in a text', 'to\n+14255550100\n\0', /line 3 contains NUL/],
  ['a picture', new CsvFile(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')), /not valid UTF-8/],
  [
    'Latin-1',
    new CsvFile(Buffer.from('to,name\r\n+14255550100,M\xfcller', 'latin1')),
    /line 2 is not valid UTF-8; save the file as CSV UTF-8, or declare its charset/,
  ],
  [
    'a character that is cut off',
    new CsvFile(Buffer.from('to,n\n+14255550100,漢').subarray(0, -1)),
    /line 2 is not valid/,
  ],
  ['half a UTF-16 character', new CsvFile(Buffer.from('\uFEFFto\n', 'utf16le').subarray(0, -1)), /not valid UTF-16LE/],
  [
    'bytes that the charset does not have',
    new CsvFile(Buffer.from('to\n\xff', 'latin1'), 'utf-8'),
    /line 2 is not valid UTF-8\.$/,
  ],
])('rejects %s', (_, file, text) => {
  expect(() => read(file)).toThrow(
    expect.objectContaining({ code: 'InvalidRequest', target: 'csv', message: expect.stringMatching(text) }),
  );
});

test.each(['\n', '\r\n', '\r'])('names the line that is not UTF-8 in a large file with line ends %j', (end) => {
  const lines = Array.from({ length: 5000 }, (_, index) => `+1425555${String(index).padStart(4, '0')},é`);
  const bytes = Buffer.from(`to,name${end}${lines.join(end)}`);
  for (const line of [2, 700, 3211, 5001]) {
    const start = Buffer.byteLength(`to,name${end}${lines.slice(0, line - 2).join(end)}${line > 2 ? end : ''}`);
    const broken = Buffer.from(bytes);
    broken[start + 3] = 0xff;
    expect(() => read(new CsvFile(broken))).toThrow(`line ${line} is not valid UTF-8`);
  }
});

test('a character may be split between two pieces of a large file', () => {
  const text = 'é漢😀';
  for (const encoding of ['utf8', 'utf16le'] as const) {
    for (let shift = 0; shift <= Buffer.byteLength(text, encoding); shift += 1) {
      const padding = 'y'.repeat((16 * 1024 - shift) % 8191);
      const rows = `+14255550109,${'x'.repeat(5000)}\r\n`.repeat(3);
      const csv = `\uFEFFto,n\r\n${rows}+14255550100,${padding}${text}\r\n+14255550101,z`;
      const found = read(new CsvFile(Buffer.from(csv, encoding)));
      expect(found).toHaveLength(5);
      expect(found.at(-2)?.columns?.['n']).toBe(padding + text);
    }
  }
});
