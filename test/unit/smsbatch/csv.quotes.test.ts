import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecipients } from '../../../shared/smsbatch/csv.ts';

function read(csv: string) {
  const source = csvRecipients(csv);
  const lines = [...source.lines];
  expect(source.rowsRead()).toBe(lines.length);
  return lines;
}

const names = (csv: string) => read(csv).map(({ columns, problem }) => problem ?? columns?.['name']);

test('quotes hold delimiters, quotes and line ends', () => {
  const rows = read('to,name\n+14255550100,"a ""b"", c"\r\n+14255550101,"x;\r\ny" \n+14255550102,z');
  expect(rows.map(({ line, columns }) => [line, columns?.['name']])).toEqual([
    [2, 'a "b", c'],
    [3, 'x;\r\ny'],
    [5, 'z'],
  ]);
});

test('a quote in a cell that does not begin with one is a character like any other', () => {
  expect(names('to,name\n+14255550100,Anna "Annie" Doe\n+14255550101,5" pipe\n')).toEqual([
    'Anna "Annie" Doe',
    '5" pipe',
  ]);
});

const MISSING = 'has a quoted cell with line ends that may hold other rows, as if a quote were missing';

test.each([
  ['text after the closing quote', '+14255550100,"Anna "Annie" Doe"', ['has a quote out of place', 'Zoe']],
  [
    'a quote that closes in another row',
    '+14255550100,"Anna\n+14255550101,Ben"',
    [`runs over lines 2 to 3 and ${MISSING}`, 'Zoe'],
  ],
  [
    'a quote that another row opens',
    '+14255550100,"Anna\n+14255550101,Ben\n+14255550102,"Cy"',
    ['runs over lines 2 to 4 and has a quote out of place', 'Zoe'],
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
])('%s costs the rows that it may have run together, and no others', (_, rows, expected) => {
  expect(names(`to,name\n${rows}\n+14255550109,Zoe`)).toEqual(expected);
});

/** Rows whose cells say which row they are of. */
const cellsOf = (row: number, width: number) => [
  `+1425555${String(row).padStart(4, '0')}`,
  ...Array.from({ length: width - 1 }, (_, column) => `r${row}c${column}`),
];
const rowsIn = (text: string) =>
  new Set([...text.matchAll(/r(\d+)c|1425555(\d{4})/g)].map((it) => Number(it[1] ?? it[2])));

test('wherever quotes are put into a file, no row gets anything of another one', () => {
  const ends = fc.constantFrom('\n', '\r\n', '\r');
  const quote = fc.record({ at: fc.nat(), text: fc.constantFrom('"', '""', '",', ',"', '"\n', ' "') });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 2, max: 4 }),
      fc.array(ends, { minLength: 12, maxLength: 12 }),
      fc.array(quote, { maxLength: 4 }),
      (count, width, lineEnds, quotes) => {
        const header = ['to', 'a', 'b', 'c'].slice(0, width).join(',');
        const rows = Array.from({ length: count }, (_, row) => cellsOf(row, width).join(',') + lineEnds[row]);
        let body = rows.join('');
        for (const { at, text } of quotes) {
          const index = at % (body.length + 1);
          body = body.slice(0, index) + text + body.slice(index);
        }
        const source = csvRecipients(`${header}\n${body}`);
        const lines = [];
        try {
          for (const line of source.lines) lines.push(line);
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidRequest' });
          return;
        }
        expect(source.rowsRead()).toBe(lines.length);
        for (const { problem, columns = {} } of lines.filter((it) => it.problem === undefined)) {
          expect(problem).toBeUndefined();
          expect(rowsIn(Object.values(columns).join(' ')).size).toBeLessThanOrEqual(1);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

const cell = fc.string({ unit: fc.constantFrom(...'aä漢😀,;"\n\r\t x') });
const end = fc.constantFrom('\n', '\r\n', '\r');
const quoted = (it: string) => `"${it.replaceAll('"', '""')}"`;
const runsTogether = (it: string, delimiter: string) => it.includes(delimiter) && /[\r\n]/.test(it);

test('well-formed CSV is what csv-parse makes of it, but for cells with both delimiters and line ends', () => {
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

test('whatever a file holds, it is read or refused, and every row is accounted for', () => {
  const text = fc.string({ unit: fc.constantFrom(...'to,;"\n\r\t +14255550100sep='), maxLength: 200 });
  fc.assert(
    fc.property(text, (csv) => {
      try {
        read(csv);
      } catch (error) {
        expect(error).toMatchObject({ code: 'InvalidRequest' });
      }
    }),
    { numRuns: 3000 },
  );
});
