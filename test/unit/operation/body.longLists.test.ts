import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonList } from '../../../shared/contract/jsonList.ts';
import { parseJsonBody } from '../../../shared/operation/body.ts';

const bytes = (text: string) => Buffer.from(text);

/** Makes a body long without changing what it says. */
const padding = ' '.repeat(1024 * 1024);

/** What was parsed, with arrays in the place of long lists. */
function plain(body: unknown): unknown {
  const entries = Object.entries(body as object);
  return Object.fromEntries(entries.map(([name, value]) => [name, value instanceof JsonList ? [...value] : value]));
}

const parse = (text: string) => parseJsonBody(bytes(text), ['recipients']);

test('in a long body the named lists stay as they came, and say the same', async () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const body = fc.record({ from: value, recipients: fc.array(value), 'a "name"\\': value });
  const space = fc.constantFrom('', ' ', '\r\n\t');
  const property = fc.asyncProperty(body, space, async (it, indent) => {
    const text = JSON.stringify(it, undefined, indent);
    const parsed = await parse(`${padding}${text}`);
    expect(parsed).toHaveProperty('recipients', expect.any(JsonList));
    expect(plain(parsed)).toEqual(JSON.parse(text));
  });
  await fc.assert(property, { numRuns: 40 });
});

test('a list is read in pieces', () => {
  const elements = Array.from({ length: 5000 }, (_, index) => ({
    to: `+1425${5_000_000 + index}`,
    'a,]"': ['é', index],
  }));
  expect([...new JsonList(bytes(JSON.stringify(elements)))]).toEqual(elements);
});

test.each([
  '{"recipients":[1,]}',
  '{"recipients":[,1]}',
  '{"recipients":[1}',
  '{"recipients":[1]x]}',
  '{"recipients":[1]',
])('what is wrong with %s is told as for a short body', async (text) => {
  const whole = await parseJsonBody(bytes(`${padding}${text}`)).catch((error: unknown) => error);
  expect(whole).toMatchObject({ code: 'InvalidJson' });
  await expect(parse(`${padding}${text}`)).rejects.toThrow((whole as Error).message);
});

test('a comma at the end of a piece is no end of the list', () => {
  const text = JSON.stringify(Array.from({ length: 1000 }, () => 'x'.repeat(97)));
  for (const wrong of [text.replace(/]$/, ',]'), text.replace('",', '",,')]) {
    expect(() => [...new JsonList(bytes(wrong))]).toThrow(SyntaxError);
  }
});

test.each([
  ['a short body', '{"recipients":[1]}'],
  ['a long list that is overruled by a later member', `${padding}{"recipients":[1],"recipients":2}`],
  ['a long body without an object', `${padding}[{"recipients":[1]}]`],
])('%s holds no long list', async (_, text) => {
  expect(await parse(text)).toEqual(JSON.parse(text));
});

test('other work gets its turn while a long list is checked', async () => {
  const list = new JsonList(bytes(JSON.stringify(Array.from({ length: 20_000 }, (_, index) => index))));
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const isWellFormed = await list.isWellFormed();
  clearImmediate(next);
  expect(isWellFormed).toBe(true);
  expect(list.count).toBe(20_000);
  expect(turns).toBeGreaterThanOrEqual(3);
});
