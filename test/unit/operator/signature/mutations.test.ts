import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Capture } from '../../../../infra/operator/signature/capture.ts';
import type { Part } from '../../../../infra/operator/signature/signedParts.ts';
import { captured, diagnosed, NOW, withHeaders } from './fixtures.ts';

const ALPHANUMERIC = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];

const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  scheme: fc.constantFrom('http', 'https'),
  host: fc.constantFrom('switchboard.contoso.com', '127.0.0.1:7071', '[::1]:7071', 'contoso.example:8443'),
  path: fc.constantFrom('/sms', '/emails:send', '/identities/8%3Aacs%3Ax_y/:issueAccessToken', '/a%20b/c~d'),
  query: fc.constantFrom('', '?api-version=2024-03-15', '?a=1&a=2&b', "?t=it's%20(x)*:~&u=%C3%A9", '?a=b=c&d=4&c=3'),
  body: fc.uint8Array({ maxLength: 60 }),
});

const edit = fc.record({
  kind: fc.constantFrom('replace', 'insert', 'remove'),
  at: fc.nat(),
  character: fc.constantFrom(...ALPHANUMERIC),
});
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

/** Replaces, adds or removes one character, but never the first. */
function edited(text: string, { kind, at, character }: Edit, keptCharacters = 1): string {
  const index = keptCharacters + (at % Math.max(1, text.length - keptCharacters));
  if (kind === 'insert' || index >= text.length) return text.slice(0, index) + character + text.slice(index);
  const rest = text.slice(index + 1);
  if (kind === 'remove') return text.slice(0, index) + rest;
  return text.slice(0, index) + (text[index] === character ? '-' : character) + rest;
}

interface Chance {
  readonly edit: Edit;
  readonly number: number;
}

/** Changes a request between signing and arrival; undefined if it cannot be applied. */
type Mutation = (capture: Capture, chance: Chance) => Capture | undefined;

const header = (name: string, change: (value: string, chance: Chance) => string): Mutation => {
  return (capture, chance) => withHeaders(capture, { [name]: change(capture.headers.get(name) ?? '', chance) });
};

const split = (target: string) => {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark) };
};

const withTarget = (
  change: (parts: { path: string; query: string }, chance: Chance) => string | undefined,
): Mutation => {
  return (capture, chance) => {
    const target = change(split(capture.target), chance);
    return target === undefined || target === capture.target ? undefined : { ...capture, target };
  };
};

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const signatureOf = (authorization: string) => /^(.*Signature=)(.*)$/.exec(authorization) ?? [];
const rewritten = (change: (signature: string, chance: Chance) => string): Mutation =>
  header('authorization', (value, chance) => {
    const [, before = '', signature = ''] = signatureOf(value);
    return before + change(signature, chance);
  });

const MUTATIONS: readonly (readonly [part: Part, what: string, mutation: Mutation])[] = [
  [
    'method',
    'is another',
    (capture, { number }) => {
      const method = METHODS.filter((it) => it !== capture.method)[number % 4] ?? '';
      return { ...capture, method };
    },
  ],
  ['path', 'has one other character', withTarget(({ path, query }, chance) => edited(path, chance.edit) + query)],
  ['path', 'has gained a prefix', withTarget(({ path, query }) => `/gateway${path}${query}`)],
  ['path', 'has gained a trailing slash', withTarget(({ path, query }) => `${path}/${query}`)],
  [
    'query',
    'has one other character',
    withTarget(({ path, query }, chance) => (query === '' ? undefined : path + edited(query, chance.edit))),
  ],
  [
    'query',
    'has gained a parameter',
    withTarget(({ path, query }) => (query === '' ? undefined : `${path}${query}&subscription=1`)),
  ],
  [
    'query',
    'is in another order',
    withTarget(({ path, query }) => {
      const pairs = query.slice(1).split('&');
      return pairs.length < 2 ? undefined : `${path}?${pairs.toReversed().join('&')}`;
    }),
  ],
  [
    'date',
    'is another, by seconds or hours',
    header('x-ms-date', (value, { number }) => {
      const shift = 1 + (number % 20_000);
      return new Date(Date.parse(value) + (number % 2 ? shift : -shift) * 1000).toUTCString();
    }),
  ],
  ['date', 'is formatted differently', header('x-ms-date', (value) => new Date(value).toISOString())],
  [
    'host',
    'has one other character',
    header('host', (value, chance) =>
      edited(value.toLowerCase(), { ...chance.edit, character: chance.edit.character.toLowerCase() }, 4),
    ),
  ],
  ['host', 'is another, and the right one is known', header('host', () => 'backend.internal')],
  [
    'body',
    'has one other byte',
    (capture, { number }) => {
      const body = Buffer.from(capture.body ?? '');
      if (body.length === 0) return { ...capture, body: Buffer.of(number % 256) };
      body[number % body.length] = ((body[number % body.length] ?? 0) + 1 + (number % 255)) % 256;
      return { ...capture, body };
    },
  ],
  [
    'body',
    'is truncated',
    (capture) => (capture.body?.length ? { ...capture, body: capture.body.subarray(0, -1) } : undefined),
  ],
  [
    'signature',
    'has one other character',
    rewritten((value, { edit: it }) => edited(value, { ...it, kind: 'replace' })),
  ],
  ['signature', 'is base64url', rewritten((value) => Buffer.from(value, 'base64').toString('base64url'))],
  ['signature', 'is hexadecimal', rewritten((value) => Buffer.from(value, 'base64').toString('hex'))],
  ['signature', 'is percent-encoded', rewritten(encodeURIComponent)],
];

describe('names the one part of a request that was changed', () => {
  test.each(MUTATIONS)('the %s %s', (part, _what, mutate) => {
    fc.assert(
      fc.property(request, edit, fc.nat(), ({ scheme, host, path, query, ...it }, change, number) => {
        const url = `${scheme}://${host}${path}${query}`;
        const right = captured({ ...it, url });
        const wrong = mutate(right, { edit: change, number });
        fc.pre(wrong !== undefined);
        const { host: knownHost } = new URL(url);
        expect(diagnosed(right, [knownHost])).toMatchObject({ part: 'nothing' });
        expect(diagnosed(wrong, [knownHost])).toMatchObject({ part });
      }),
      { numRuns: 15 },
    );
  });
});

test('an old request is correct except for its date', () => {
  const right = captured({ method: 'GET', url: 'https://a.example/sms', date: new Date(NOW.getTime() - 301_000) });
  expect(diagnosed(right)).toMatchObject({
    part: 'date',
    message: expect.stringMatching(/301 s behind this machine's clock/),
  });
});
