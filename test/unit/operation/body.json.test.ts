import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../shared/operation/body.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

test('JSON is parsed, and nothing is nothing', async () => {
  expect(await parse(' {"a": ["é", 1, null]} ')).toEqual({ a: ['é', 1, null] });
  expect(await parse('')).toBeUndefined();
  expect(await parse('\ufeff{}')).toEqual({});
});

test('what JSON.parse takes is taken, what it refuses is refused as InvalidJson', async () => {
  const text = fc.oneof(
    fc.json(),
    fc.string({ unit: fc.constantFrom(...'{}[]",:.-+eE019tfnul\\/* \n') }),
    fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '//x', "'")).map(([it, at, more]) => {
      const cut = at % (it.length + 1);
      return it.slice(0, cut) + more + it.slice(cut + 1);
    }),
  );
  await fc.assert(
    fc.asyncProperty(text, async (it) => {
      const expected = attempt(() => JSON.parse(it) as unknown);
      if (it === '') return;
      if (expected) expect(await parse(it)).toEqual(expected.value);
      else await expect(parse(it)).rejects.toMatchObject({ code: 'InvalidJson', status: 400 });
    }),
  );
});

function attempt(make: () => unknown): { value: unknown } | undefined {
  try {
    return { value: make() };
  } catch {
    return undefined;
  }
}

describe('an error tells its place', () => {
  test.each([
    ['{"a":}', 'line 1, column 6 (offset 5)'],
    ['{\n  "a": 1,\n}', 'line 3, column 1 (offset 12)'],
    ['[1, 2', 'line 1, column 6 (offset 5)'],
    ['{"a": 1} x', 'line 1, column 10 (offset 9)'],
    ['// comment\n{}', 'line 1, column 1 (offset 0)'],
    ["{'a': 1}", 'line 1, column 2 (offset 1)'],
  ])('%j', async (text, place) => {
    await expect(parse(text)).rejects.toMatchObject({ message: `The body is not valid JSON at ${place}.` });
  });

  test('and does not repeat the body', async () => {
    await expect(parse('{"password": hunter2}')).rejects.toThrow(/^(?!.*hunter2)/);
  });

  test('also when it is nested without end', async () => {
    await expect(parse('['.repeat(1_000_000))).rejects.toMatchObject({ code: 'InvalidJson' });
  });
});

test.each([[[0xff]], [[0x22, 0xc3, 0x22]], [[0xed, 0xa0, 0x80]]])('bytes %j are no UTF-8', async (bytes) => {
  await expect(parseJson(Uint8Array.from(bytes))).rejects.toMatchObject({
    code: 'InvalidJson',
    message: 'The body is not valid UTF-8.',
  });
});
