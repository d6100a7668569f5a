import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { knownKeys } from '../../../../infra/local/acs-emulator/outbox/signature/knownKeys.ts';
import { searchSignedString } from '../../../../infra/local/acs-emulator/outbox/signature/searchSignedString.ts';
import { diagnoseSignature } from '../../../../infra/local/acs-emulator/outbox/signatureDiagnosis.ts';
import { AccessKeys } from '../../../../infra/local/acs-emulator/state/accessKeys.ts';
import { DATE, KEY, OTHER_KEY } from '../../../../shared/signing/vectors.ts';
import {
  BODY,
  type Client,
  diagnose,
  HOST,
  hex256,
  hmac,
  KEYS,
  NOW,
  primary,
  sha256,
  TARGET,
} from './signingClient.ts';

describe('any request', () => {
  const segment = fc.stringMatching(/^[a-z][a-zA-Z0-9]{1,8}$/);
  const anyRequest = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
    path: fc.array(segment, { minLength: 1, maxLength: 4 }).map((it) => `/${it.join('/')}`),
    query: fc.constantFrom('api-version=2023-10-01', 'api-version=2021-03-07&x=1'),
    body: fc.json(),
  });
  const MUTATIONS: Record<
    string,
    (it: { method: string; path: string; query: string; body: string }) => NonNullable<Client['signed']>
  > = {
    method: ({ method }) => ({ method: method.toLowerCase() }),
    target: ({ path }) => ({ target: path }),
    host: () => ({ host: 'localhost:8787' }),
    date: () => ({ date: '2026-01-15T08:30:00Z' }),
    contentHash: ({ body }) => ({ hash: hex256(body) }),
  };

  test('with one part signed otherwise differs in this part only', () => {
    fc.assert(
      fc.property(anyRequest, fc.constantFrom(...Object.keys(MUTATIONS)), (it, part) => {
        const signed = MUTATIONS[part]?.(it) ?? {};
        const client = { method: it.method, sentTarget: `${it.path}?${it.query}`, sentBody: it.body, signed };
        const { isCertain, differing } = diagnose(client);
        expect({ isCertain, differing }).toEqual({ isCertain: true, differing: [part] });
      }),
    );
  });

  test('of any form is diagnosed without a key or the expected signature in the result', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    const anything = fc.record({
      method: text,
      target: text,
      body: fc.uint8Array({ maxLength: 300 }),
      isHttps: fc.boolean(),
      headers: fc.array(fc.tuple(fc.constantFrom('host', 'x-ms-date', 'x-ms-content-sha256', 'authorization'), text)),
    });
    fc.assert(
      fc.property(anything, (received) => {
        const result = JSON.stringify(diagnoseSignature(received, KEYS, NOW) ?? '');
        expect(result).not.toContain(KEY);
        expect(result).not.toContain(hmac(`POST\n${TARGET}\n${DATE};${HOST};${sha256(BODY)}`));
      }),
    );
  });

  test('costs a bounded number of HMACs, however long it is and however many keys there are', () => {
    const keys = Array.from({ length: 1000 }, (_, number) => {
      const secret = Buffer.from(`key ${number}`).toString('base64');
      return { name: `key ${number}`, secret, isValid: false };
    });
    const long = `/${':@!'.repeat(5000)}?${'a=b&'.repeat(100)}`;
    const last = Buffer.from('key 999');
    expect(diagnose({ key: last }, [primary, ...keys]).reason).toMatch(/made with key 999/);
    expect(diagnose({ key: 'unknown', sentTarget: long }, [primary, ...keys]).isCertain).toBe(false);
    expect(diagnose({ key: 'unknown', sentBody: '['.repeat(8000) + ']'.repeat(8000) }).isCertain).toBe(false);
  });
});

test('knows the present keys of all mailboxes before those that were regenerated', () => {
  const accessKeys = new AccessKeys([KEY, OTHER_KEY]);
  accessKeys.regenerate('primary');
  const keys = knownKeys([
    { mailbox: 'default', accessKeys },
    { mailbox: 'b', accessKeys: new AccessKeys([OTHER_KEY]) },
  ]);
  expect(keys.map(({ secret }) => secret)).toEqual([accessKeys.get('primary'), OTHER_KEY, OTHER_KEY, KEY]);
  expect(keys.map(({ isValid }) => isValid)).toEqual([true, true, true, false]);
  expect(keys.map(({ name }) => name)).toEqual([
    "the primary key of the mailbox 'default'",
    "the secondary key of the mailbox 'default'",
    "the primary key of the mailbox 'b'",
    "a key of the mailbox 'default' that was regenerated since",
  ]);
});

describe('the search for the signed string', () => {
  const right = { method: 'POST', target: '/', date: DATE, host: HOST, contentHash: sha256('') };
  const search = (targets: readonly string[]) => {
    const texts = targets.map((target) => `POST\n${target}\n${DATE};${HOST};${right.contentHash}`);
    const none = { method: [], date: [], host: [], contentHash: [] };
    return searchSignedString({
      digest: Buffer.from(hmac(texts.at(-1) ?? ''), 'base64'),
      right: [right],
      deviations: { ...none, target: targets.map((value) => ({ value, reason: '', advice: '' })) },
      layouts: [],
      keys: [primary],
    });
  };
  const targets = (count: number, length: number) =>
    Array.from({ length: count }, (_, number) => `/${String(number).padStart(length, '0')}`);

  test('finds the last of many', () => expect(search(targets(1000, 8))?.parts.target).toBe('/00000999'));

  test.each([
    ['HMACs', 10_000, 8],
    ['characters', 100, 100_000],
  ])('ends after a number of %s', (_, count, length) => expect(search(targets(count, length))).toBeUndefined());
});
