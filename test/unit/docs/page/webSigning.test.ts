import { describe, expect, test } from 'vitest';
import { importWebKey, webSign } from '../../../../shared/docs/page/webSigning.ts';
import { authorizationOf, DATE, KEY, MORE_HEADERS_VECTOR, VECTORS } from '../../../../shared/signing/vectors.ts';

const date = new Date(DATE);

describe('the page signs as the official clients do', () => {
  test.each(VECTORS.filter(({ signer }) => signer === undefined))('$name', async (vector) => {
    const { method, url, body, host, contentHash, signature } = vector;
    expect(await webSign({ method, url, body, date }, await importWebKey(KEY))).toEqual({
      host,
      'x-ms-date': DATE,
      'x-ms-content-sha256': contentHash,
      authorization: authorizationOf(signature),
    });
  });

  test(MORE_HEADERS_VECTOR.name, async () => {
    const { method, url, body, headers, authorization } = MORE_HEADERS_VECTOR;
    expect(await webSign({ method, url, body, date, headers }, await importWebKey(KEY))).toMatchObject({
      authorization,
    });
  });
});

test('the imported key cannot be read again', async () => {
  const key = await importWebKey(KEY);
  expect(key.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
});

test.each(['', 'not base64', 'YWJj\n', `${KEY} `])('%j is no key, and the error does not repeat it', async (text) => {
  await expect(importWebKey(text)).rejects.toThrow(new TypeError('An access key must be non-empty base64.'));
});
