import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fill, placeholdersOf } from '../../../../shared/smsbatch/recipients/template.ts';

test('returns each column name once, in order and trimmed', () => {
  expect(placeholdersOf('Hi {{name}}, {{ code }} is for {{name}} {{first name}}')).toEqual([
    'name',
    'code',
    'first name',
  ]);
  expect(placeholdersOf('no { {placeholder} } {{}}')).toEqual([]);
});

test('fills every placeholder, whatever its value contains', () => {
  expect(fill('{{a}}-{{ b }}-{{a}}', { a: '$&', b: '{{a}}' })).toBe('$&-{{a}}-$&');
});

test('a message without placeholders is unchanged', () => {
  const text = fc.string().filter((it) => !it.includes('{{'));
  fc.assert(
    fc.property(text, (it) => {
      expect(fill(it, {})).toBe(it);
    }),
  );
});

test('braces without a name are ordinary characters', () => {
  expect(fill('{{{a}}} {{a}b}} {a}} {{a', { a: 'x' })).toBe('{x} {{a}b}} {a}} {{a');
});

test('any message is parsed according to the definition', () => {
  const message = fc.string({ unit: fc.constantFrom('{', '}', '{{', '}}', ' ', 'a', 'b', '$', '\n') });
  // The definition: two opening braces, something without braces, two closing ones.
  const matches = (text: string) => [...text.matchAll(/\{\{([^{}]+)\}\}/g)];
  fc.assert(
    fc.property(message, (it) => {
      const names = matches(it).map(([, name = '']) => name.trim());
      expect(placeholdersOf(it)).toEqual([...new Set(names)]);
      expect(fill(it, { a: 'x' })).toBe(
        it.replaceAll(/\{\{([^{}]+)\}\}/g, (_, name: string) => (name.trim() === 'a' ? 'x' : '')),
      );
    }),
    { numRuns: 5000 },
  );
});
