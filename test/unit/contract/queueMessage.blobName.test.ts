import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBlobName } from '../../../shared/contract/queueMessage.ts';

test.each(['a', 'shop/orders/17.json', 'Übersicht 2026/März.json', '..a/b..', '-', 'x'.repeat(1024)])(
  '%j is a blob name',
  (name) => {
    expect(isBlobName(name)).toBe(true);
  },
);

test.each([
  ...['', '/', '/a', 'a/', 'a//b', '.', '..', '../other-container/x', 'shop/../other', 'a/./b', 'a/..'],
  ...[
    'a\\b',
    '..\\x',
    'a?b',
    'a#b',
    'a%2e%2e',
    '%2e%2e/x',
    'a\nb',
    '.. ',
    ' ..',
    'a/ ../b',
    'a\u0000',
    'a\u202eb',
    '\ud800',
    'x'.repeat(1025),
  ],
])('%j is not a blob name', (name) => expect(isBlobName(name)).toBe(false));

test('a URL with a blob’s name stays in its container', () => {
  const piece = fc.constantFrom('..', '.', '/', '\\', '%2e', '?', '#', 'a', ' ', 'é', '\t');
  const names = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(names.filter(isBlobName), (name) => {
      const { pathname, search, hash } = new URL(`https://account.example/container/${name}`);
      expect(decodeURIComponent(pathname)).toBe(`/container/${name}`);
      expect(search + hash).toBe('');
    }),
  );
});
