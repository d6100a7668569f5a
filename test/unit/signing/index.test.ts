import { expect, test } from 'vitest';
import * as publicExports from '../../../shared/signing/index.ts';
import { importKey, type RequestToSign, sign, verify } from '../../../shared/signing/index.ts';
import { DATE, KEY } from '../../../shared/signing/vectors.ts';

test('the public export is a key, a signer and a verifier', () => {
  expect(new Set(Object.keys(publicExports))).toEqual(new Set(['importKey', 'sign', 'verify']));
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
