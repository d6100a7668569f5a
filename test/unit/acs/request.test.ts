import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rebase, segment } from '../../../shared/acs/request.ts';

const OWN = 'https://switchboard.example';

describe('a URL of ACS under our own address', () => {
  test.each([
    [
      'https://contoso.communication.azure.com/chat/threads?maxPageSize=2&syncState=a%2Bb',
      '/chat/threads?maxPageSize=2&syncState=a%2Bb',
    ],
    ['https://contoso.communication.azure.com/chat/threads/19:a@thread.v2', '/chat/threads/19:a@thread.v2'],
    ['https://contoso.communication.azure.com/chat/threads/19%3Aa%40thread.v2', '/chat/threads/19%3Aa%40thread.v2'],
    ['/emails/operations/1?api-version=2025-09-01', '/emails/operations/1?api-version=2025-09-01'],
    ['https://contoso.communication.azure.com/x#fragment', '/x'],
    ['http://user:secret@contoso.communication.azure.com:8443/x', '/x'],
  ])('%s', (url, expected) => {
    expect(rebase(url, OWN)).toBe(OWN + expected);
  });

  test('keeps path and query, but nothing of the host', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (text) => {
        const url = new URL(text);
        expect(rebase(text, OWN)).toBe(`${OWN}${url.pathname}${url.search}`);
        expect(rebase(text, `${OWN}/base`)).toBe(`${OWN}/base${url.pathname}${url.search}`);
      }),
    );
  });
});

test('an id is encoded as one segment, as in the official clients', () => {
  expect(segment('8:acs:x_y')).toBe('8%3Aacs%3Ax_y');
  expect(segment('19:a/b?c#d@thread.v2')).toBe('19%3Aa%2Fb%3Fc%23d%40thread.v2');
});
