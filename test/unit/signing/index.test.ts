import { describe, expect, test } from 'vitest';
import * as publicExports from '../../../shared/signing/index.ts';
import {
  importKey,
  type RequestToSign,
  sign,
  verify,
  verifyBody,
  verifyHeaders,
} from '../../../shared/signing/index.ts';
import { DATE, KEY } from '../../../shared/signing/vectors.ts';

test('the public export is a key, a signer and a verifier, whole and in two steps', () => {
  const names = ['importKey', 'sign', 'verify', 'verifyBody', 'verifyHeaders'];
  expect(new Set(Object.keys(publicExports))).toEqual(new Set(names));
});

test('what it signs it verifies', () => {
  const key = importKey(KEY);
  const request: RequestToSign = { method: 'GET', url: 'https://h.example/rooms?a=b', date: new Date(DATE) };
  const headers = new Headers({ ...sign(request, key) });
  const arrived = {
    method: 'GET',
    target: '/rooms?a=b',
    hosts: ['h.example'],
    header: (name: string) => headers.get(name),
    body: new Uint8Array(),
  };
  expect(verify(arrived, [key], request.date)).toEqual({ ok: true, keyIndex: 0 });
});

describe('in two steps', () => {
  const key = importKey(KEY);
  const body = new TextEncoder().encode('{"a":1}');
  const request: RequestToSign = { method: 'POST', url: 'https://h.example/sms?a=b', body, date: new Date(DATE) };
  const arrived = (changes: Record<string, string> = {}) => {
    const headers = new Headers({ ...sign(request, key), ...changes });
    const header = (name: string) => headers.get(name);
    return { method: 'POST', target: '/sms?a=b', hosts: ['h.example'], header };
  };

  test('the headers are verified without the body, and hand on the hash to expect', () => {
    const verification = verifyHeaders(arrived(), [key], request.date);
    const contentHash = sign(request, key)['x-ms-content-sha256'];
    expect(verification).toMatchObject({ ok: true, keyIndex: 0, contentHash });
  });

  test('the body is then held against that hash', () => {
    const { 'x-ms-content-sha256': hash } = sign(request, key);
    expect(verifyBody(hash, body)).toEqual({ ok: true });
    for (const other of ['{"a":2}', '', '{"a":1} ']) {
      expect(verifyBody(hash, new TextEncoder().encode(other))).toMatchObject({ ok: false, part: 'hash' });
    }
  });

  test('a hash that was not signed does not pass the first step', () => {
    const other = sign({ ...request, body: '' }, key)['x-ms-content-sha256'];
    const verification = verifyHeaders(arrived({ 'x-ms-content-sha256': other }), [key], request.date);
    expect(verification).toMatchObject({ ok: false, part: 'signature' });
  });
});
