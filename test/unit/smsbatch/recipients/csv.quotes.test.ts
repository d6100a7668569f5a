import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecipients } from '../../../../shared/smsbatch/recipients/csv/csvRecipients.ts';

const USED = ['to', 'name', 'n', ...Array.from({ length: 10 }, (_, column) => `c${column}`)];

function read(csv: string, used: readonly string[] = USED) {
  const source = csvRecipients(csv, used);
  const lines = [...source.lines];
  expect(source.rowsRead()).toBe(lines.length);
  return lines;
}

const names = (csv: string) => read(csv).map(({ columns, problem }) => problem ?? columns?.['name']);

test('quoted cells may contain delimiters, quotes and line ends', () => {
  const rows = read('to,name\n+14255550100,"a ""b"", c"\r\n+14255550101,"x;\r\ny" \n+14255550102,z');
  expect(rows.map(({ line, columns }) => [line, columns?.['name']])).toEqual([
    [2, 'a "b", c'],
    [3, 'x;\r\ny'],
    [5, 'z'],
  ]);
});

test('a quote inside a cell that does not begin with one is an ordinary character', () => {
  expect(names('to,name\n+14255550100,Anna "Annie" Doe\n+14255550101,5" pipe\n')).toEqual([
    'Anna "Annie" Doe',
    '5" pipe',
  ]);
});

const MISSING = 'has a quoted cell with line ends that may contain other rows, as if a quote were missing';

test.each([
  ['text after the closing quote', '+14255550100,"Anna "Annie" Doe"', ['has a misplaced quote', 'Zoe']],
  [
    'a quote that closes in another row',
    '+14255550100,"Anna\n+14255550101,Ben"',
    [`runs over lines 2 to 3 and ${MISSING}`, 'Zoe'],
  ],
  [
    'a quote that another row opens',
    '+14255550100,"Anna\n+14255550101,Ben\n+14255550102,"Cy"',
    ['runs over lines 2 to 4 and has a misplaced quote', 'Zoe'],
  ],
  [
    'a quote that closes in the first cell of a row that is cut in two',
    '+14255550100,"Anna\n+14255550101"\n,Ben',
    [`runs over lines 2 to 3 and ${MISSING}`, 'Ben', 'Zoe'],
  ],
  [
    'a quote that closes in the first cell',
    '+14255550100,"Anna\n+14255550101",Ben',
    [`runs over lines 2 to 3 and ${MISSING}`, 'Zoe'],
  ],
])('%s invalidates the rows that may have run together, and no others', (_, rows, expected) => {
  expect(names(`to,name\n${rows}\n+14255550109,Zoe`)).toEqual(expected);
});

test('a cell that may contain other rows is not used, in whichever column the numbers are', () => {
  expect(names('name,to\n"Anna,+14255550100\nBen",+14255550101\n')).toEqual([`runs over lines 2 to 3 and ${MISSING}`]);
  expect(names('to,name\n+14255550100,"Anna\nn/a,Ben"\n')).toEqual([`runs over lines 2 to 3 and ${MISSING}`]);
});

test('line ends, escaped quotes and delimiters may be split between two pieces of a large file', () => {
  for (let shift = 0; shift < 24; shift += 1) {
    const rows = '+14255550100,"a""b"\r\n'.repeat(1500);
    const found = read(`to,${'n'.repeat(shift + 1)}\r\n${rows}`, ['to', 'n'.repeat(shift + 1)]);
    expect(found).toHaveLength(1500);
    expect(found.map(({ columns }) => Object.values(columns ?? {})[1])).toEqual(Array(1500).fill('a"b'));
    expect(found.at(-1)?.line).toBe(1501);
  }
});

/** Rows whose cells identify their row, with the number in one of the columns. */
const cellsOf = (row: number, width: number, to: number) =>
  Array.from({ length: width }, (_, column) =>
    column === to ? `+1425555${String(row).padStart(4, '0')}` : `r${row}c${column}`,
  );
const rowsIn = (text: string) =>
  new Set([...text.matchAll(/r(\d+)c|1425555(\d{4})/g)].map((it) => Number(it[1] ?? it[2])));

const stray = fc.constantFrom('"', '""', '",', ',"', ' "');
/** Also cuts a row in two, which is detected when rows begin with the number. */
const strayOrCut = fc.oneof(stray, fc.constant('"\n'));

test.each([
  ['rows that begin with the number', 0, strayOrCut],
  ['rows with the number in the second column', 1, stray],
])('wherever quotes are inserted into %s, no recipient gets another one’s data', (_, to, text) => {
  const ends = fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 12, maxLength: 12 });
  const quotes = fc.array(fc.record({ at: fc.nat(), text }), { maxLength: 4 });
  const size = fc.record({ count: fc.integer({ min: 1, max: 12 }), width: fc.integer({ min: 2, max: 4 }) });
  fc.assert(
    fc.property(size, ends, quotes, ({ count, width }, lineEnds, strayQuotes) => {
      const header = Array.from({ length: width }, (__, column) => (column === to ? 'to' : `c${column}`)).join(',');
      let body = Array.from({ length: count }, (__, row) => cellsOf(row, width, to).join(',') + lineEnds[row]).join('');
      for (const it of strayQuotes) {
        const index = it.at % (body.length + 1);
        body = body.slice(0, index) + it.text + body.slice(index);
      }
      for (const { problem, columns = {} } of readOrRefuse(`${header}\n${body}`)) {
        if (problem === undefined) expect(rowsIn(Object.values(columns).join(' ')).size).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 3000 },
  );
});

/** No lines if the file is rejected. */
function readOrRefuse(csv: string) {
  try {
    return read(csv);
  } catch (error) {
    expect(error).toMatchObject({ code: 'InvalidRequest' });
    return [];
  }
}

const cell = fc.string({ unit: fc.constantFrom(...'aä漢😀,;"\n\r\t x') });
const end = fc.constantFrom('\n', '\r\n', '\r');
const quoted = (it: string) => `"${it.replaceAll('"', '""')}"`;
const runsTogether = (it: string, delimiter: string) => it.includes(delimiter) && /[\r\n]/.test(it);

test('well-formed CSV is read as by csv-parse, except for cells with both delimiters and line ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, end), { minLength: 1, maxLength: 20 }),
      fc.constantFrom(',', ';', '\t'),
      (cells, delimiter) => {
        const rows = cells.map(([it, lineEnd]) => `+14255550100${delimiter}${quoted(it)}${lineEnd}`);
        const csv = `to${delimiter}name\n${rows.join('')}`;
        const options = { delimiter, record_delimiter: ['\r\n', '\n', '\r'], from: 2 };
        const expected = parse(csv, options).map(([, name = '']) => name.trim());
        expect(expected).toHaveLength(cells.length);
        const found = read(csv);
        for (const [index, { columns, problem }] of found.entries()) {
          const [text = ''] = cells[index] ?? [];
          if (runsTogether(text, delimiter)) expect(problem).toContain(MISSING);
          else expect(columns?.['name']).toBe(expected[index]);
        }
        expect(found).toHaveLength(cells.length);
      },
    ),
  );
});

test('any file is read or rejected, and every row is accounted for', () => {
  const text = fc.string({ unit: fc.constantFrom(...'to,;"\n\r\t +14255550100sep='), maxLength: 200 });
  fc.assert(
    fc.property(text, (csv) => {
      readOrRefuse(csv);
    }),
    { numRuns: 3000 },
  );
});
