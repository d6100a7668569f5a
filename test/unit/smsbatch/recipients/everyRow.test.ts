import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonList } from '../../../../shared/contract/jsonList.ts';
import { CsvFile } from '../../../../shared/contract/smsBatch.ts';
import { preparedPieces, RecipientPreparation } from '../../../../shared/smsbatch/recipients/preparation.ts';
import {
  parseRecipients,
  type Recipient,
  type RecipientSource,
} from '../../../../shared/smsbatch/recipients/recipient.ts';
import { recipientSource } from '../../../../shared/smsbatch/recipients/recipientSource.ts';

/** Files of recipients made of rows with known results. */

const FACTS = { from: '+18005550100', message: 'Hi {{name}}' };

async function imported(source: RecipientSource, message: string) {
  const preparation = new RecipientPreparation({ message, defaultCountry: 'US', chunkSize: 100 });
  let file = '';
  for await (const piece of preparedPieces(source, preparation)) file += piece;
  return { recipients: parseRecipients(Buffer.from(file)), summary: preparation.summary };
}

interface Row {
  readonly number: string;
  readonly to: string;
  readonly name: string;
  /** Cells of the row: three in a valid row, any other count in an invalid one. */
  readonly cells: 1 | 2 | 3 | 4;
}

const digits = fc.integer({ min: 2_000_000, max: 2_000_039 }); // few, so that duplicates occur
const INVISIBLE = ['', '\u200B', '\u202A', '\u202C', '\u200E', '\uFE0F', '\u2060', '\uFEFF', ' ', '\u00A0'];

/** Ways to write +1425… that all mean the same number. */
const SPELLINGS: readonly ((line: string) => string)[] = [
  (line) => `+1425${line}`,
  (line) => `(425) ${line.slice(0, 3)}-${line.slice(3)}`,
  (line) => `425.${line.slice(0, 3)}.${line.slice(3)}`,
  (line) => `1425${line}.0`,
  (line) => `+1425${line}.00`,
  (line) => `'+1425${line}`,
  (line) => `tel:+1-425-${line}`,
  (line) => `="+1425${line}"`,
  (line) => `011 1 425 ${line}`,
  (line) => `+1 (425) ${line.slice(0, 3)}\u202F${line.slice(3)}`,
  (line) => `+1425${line}`.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
];
const WRONG = ['', 'n/a', '+1425', '+14252000000.5', '1.4252E+10', '+14252000000x5', '+14252000000 / +14252000001'];

const spelled = fc
  .tuple(digits, fc.constantFrom(...SPELLINGS), fc.constantFrom(...INVISIBLE), fc.constantFrom(...INVISIBLE))
  .map(([line, spell, before, after]) => ({ number: `+1425${line}`, to: before + spell(String(line)) + after }));
const wrong = fc.constantFrom(...WRONG).map((to) => ({ number: '', to }));
const recipient = fc.oneof({ weight: 4, arbitrary: spelled }, { weight: 1, arbitrary: wrong });
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'aé漢😀"\' \u200D\u00A0'), maxLength: 8 }),
  fc.constantFrom('', 'a\nb', 'a\r\nb', 'a\rb', 'a,b', 'a;b', 'a\tb', '"', '""a""'),
);
const width = fc.constantFrom<Row['cells']>(3, 3, 3, 3, 3, 1, 2, 4);
const rows = fc.array(
  fc.tuple(recipient, name, width).map(([it, text, cells]): Row => ({ ...it, name: text, cells })),
  { maxLength: 30 },
);

const layout = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  ends: fc.array(fc.constantFrom('\r\n', '\n', '\r'), { minLength: 1, maxLength: 5 }),
  isEnded: fc.boolean(),
  separatorLine: fc.boolean(),
  blanks: fc.array(fc.constantFrom('', ' ', ';;', ',', '\t', '"",""'), { maxLength: 3 }),
  encoding: fc.constantFrom('text', 'utf-8', 'utf-8-bom', 'utf-16le-bom', 'utf-16be-bom', 'utf-16le'),
});
type Layout = typeof layout extends fc.Arbitrary<infer Value> ? Value : never;

/** Rows as written by a CSV library. */
function written(table: readonly Row[], { delimiter, ends, isEnded, separatorLine, blanks }: Layout): string {
  const quoted = (cell: string) =>
    /["\r\n,;\t]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell;
  const lines = table.map(({ to, name: text, cells }) =>
    [to, text, 'x', 'y'].slice(0, cells).map(quoted).join(delimiter),
  );
  const own = blanks.filter((it) => !/[,;\t]/.test(it) || it.includes(delimiter));
  const all = [
    ...(separatorLine ? [`sep=${delimiter}`] : []),
    ['to', 'name', 'code'].join(delimiter),
    ...own,
    ...lines,
  ];
  return all.map((line, index) => line + (index < all.length - 1 || isEnded ? ends[index % ends.length] : '')).join('');
}

function encoded(csv: string, encoding: string): string | CsvFile {
  if (encoding === 'text') return csv;
  const text = encoding.endsWith('-bom') ? `\uFEFF${csv}` : csv;
  if (encoding.startsWith('utf-8')) return new CsvFile(Buffer.from(text));
  const bytes = Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be-bom') return new CsvFile(bytes.swap16());
  return new CsvFile(bytes, encoding === 'utf-16le' ? encoding : undefined);
}

/** A row of one empty cell looks like an empty line. */
const isRow = ({ to, cells }: Row) =>
  cells > 1 || to.replaceAll(/[\u200B\u202A\u202C\u200E\u2060\uFEFF\s]/g, '') !== '';
const runsTogether = ({ name: text }: Row, delimiter: string) => /[\r\n]/.test(text) && text.includes(delimiter);

test('every row of a file is a recipient, a duplicate or invalid, and gets its own message', async () => {
  await fc.assert(
    fc.asyncProperty(rows, layout, async (generated, how) => {
      const table = generated.map((row, index) => ({ ...row, name: `${index}|${row.name}` })).filter(isRow);
      const last = { number: '+14253000000', to: '+14253000000', name: 'last', cells: 3 } as const;
      const all: readonly Row[] = [...table, last];
      const csv = encoded(written(all, how), how.encoding);
      const { recipients, summary } = await imported(recipientSource({ ...FACTS, csv }), FACTS.message);
      const good = all.filter((row) => row.number !== '' && row.cells === 3 && !runsTogether(row, how.delimiter));
      const firstOf = new Map(good.toReversed().map((row) => [row.number, row.name]));
      expect(summary.total + summary.duplicates + summary.invalidCount).toBe(all.length);
      expect(summary).toMatchObject({ total: firstOf.size, invalidCount: all.length - good.length });
      const expected = good.filter((row) => firstOf.get(row.number) === row.name).map(({ number }) => number);
      expect(recipients.map(([to]) => to)).toEqual(expected);
      for (const [to, text] of recipients as Exclude<Recipient, string>[]) {
        expect(text).toBe(`Hi ${firstOf.get(to)?.trim()}`);
      }
    }),
    { numRuns: 500 },
  );
});

test('every element of a list is a recipient, a duplicate or invalid', async () => {
  const list = fc.array(recipient, { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(list, fc.constantFrom('array', 'JSON'), fc.boolean(), async (generated, form, asAcs) => {
      const all = [...generated, { number: '+14253000000', to: '+14253000000' }];
      const elements = all.map(({ to }) => (asAcs ? { to } : to));
      const value = form === 'array' ? elements : new JsonList(Buffer.from(JSON.stringify(elements, undefined, 1)));
      const request = { from: FACTS.from, message: 'Hello', [asAcs ? 'smsRecipients' : 'recipients']: value };
      const { recipients, summary } = await imported(recipientSource(request), 'Hello');
      const valid = all.filter(({ number }) => number !== '').map(({ number }) => number);
      expect(recipients).toEqual([...new Set(valid)]);
      expect(summary).toMatchObject({
        total: recipients.length,
        duplicates: valid.length - recipients.length,
        invalidCount: all.length - valid.length,
      });
    }),
  );
});
