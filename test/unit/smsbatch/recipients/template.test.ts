import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Template } from '../../../../shared/smsbatch/recipients/template.ts';

test('returns each column name once, in order and trimmed', () => {
  expect(new Template('Hi {{name}}, {{ code }} is for {{name}} {{first name}}').placeholders).toEqual([
    'name',
    'code',
    'first name',
  ]);
  expect(new Template('no { {placeholder} } {{}}').placeholders).toEqual([]);
});

test('fills every placeholder, whatever its value contains', () => {
  expect(new Template('{{a}}-{{ b }}-{{a}}').fill({ a: '$&', b: '{{a}}' })).toBe('$&-{{a}}-$&');
});

test('a message without placeholders is unchanged', () => {
  const text = fc.string().filter((it) => !it.includes('{{'));
  fc.assert(
    fc.property(text, (it) => {
      expect(new Template(it).fill({})).toBe(it);
    }),
  );
});

test('braces without a name are ordinary characters', () => {
  expect(new Template('{{{a}}} {{a}b}} {a}} {{a').fill({ a: 'x' })).toBe('{x} {{a}b}} {a}} {{a');
});

test('any message is parsed according to the definition', () => {
  const message = fc.string({ unit: fc.constantFrom('{', '}', '{{', '}}', ' ', 'a', 'b', '$', '\n') });
  // The definition: two opening braces, something without braces, two closing ones.
  const matches = (text: string) => [...text.matchAll(/\{\{([^{}]+)\}\}/g)];
  fc.assert(
    fc.property(message, (it) => {
      const names = matches(it).map(([, name = '']) => name.trim());
      expect(new Template(it).placeholders).toEqual([...new Set(names)]);
      expect(new Template(it).fill({ a: 'x' })).toBe(
        it.replaceAll(/\{\{([^{}]+)\}\}/g, (_, name: string) => (name.trim() === 'a' ? 'x' : '')),
      );
    }),
    { numRuns: 5000 },
  );
});
