import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { curlOf } from '../../../../../infra/local/acs-emulator/page/details/request/curl.ts';
import {
  type DiffPiece,
  diffStrings,
} from '../../../../../infra/local/acs-emulator/page/details/request/stringDiff.ts';
import { jsonPieces, prettyJson } from '../../../../../infra/local/acs-emulator/page/ui/prettyJson.ts';

const marked = (pieces: readonly DiffPiece[]) => pieces.flatMap(({ text, differs }) => (differs ? [text] : []));
const joined = (pieces: readonly { text: string }[]) => pieces.map(({ text }) => text).join('');

describe('the difference of two texts', () => {
  test.each<[left: string, right: string, onLeft: string[], onRight: string[]]>([
    ['/sms', '/sms?api-version=2021-03-07', [], ['?api-version=2021-03-07']],
    ['localhost:8787', '127.0.0.1:8787', ['localhost'], ['127.0.0.1']],
    ['/identities/8:acs:x', '/identities/8%3Aacs%3Ax', [':', ':'], ['%3A', '%3A']],
    ['post', 'POST', ['post'], ['POST']],
    ['POST\r', 'POST', ['\r'], []],
    ['a', 'a', [], []],
    ['', 'x', [], ['x']],
  ])('%j and %j', (left, right, onLeft, onRight) => {
    const diff = diffStrings(left, right);
    expect([marked(diff.left), marked(diff.right)]).toEqual([onLeft, onRight]);
  });

  test('of two hashes is all of them', () => {
    const [a, b] = ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 'JppGVhXOsxjTDFEjYrQyeJE/eLwcSbSYvYuKFodVIO0='];
    expect(diffStrings(a, b)).toEqual({ left: [{ text: a, differs: true }], right: [{ text: b, differs: true }] });
  });

  test('keeps both texts, and marks nothing only if they are the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        const diff = diffStrings(left, right);
        expect([joined(diff.left), joined(diff.right)]).toEqual([left, right]);
        expect(marked([...diff.left, ...diff.right]).length === 0).toBe(left === right);
        const common = (pieces: readonly DiffPiece[]) => joined(pieces.filter(({ differs }) => !differs));
        expect(common(diff.left)).toBe(common(diff.right));
      }),
    );
  });

  test('of long texts marks all that is between the same beginning and end', () => {
    const diff = diffStrings(`a ${'x '.repeat(5000)}z`, `a ${'y '.repeat(5000)}z`);
    expect(diff.left.map(({ differs }) => differs)).toEqual([false, true, false]);
  });
});

describe('a request as curl', () => {
  const body = (text: string, more = {}) => ({ text, sizeBytes: text.length, isText: true, isCut: false, ...more });

  test('has neither secrets nor what curl sets by itself', () => {
    const headers: [string, string][] = [
      ['Host', '127.0.0.1:8787'],
      ['content-type', 'application/json'],
      ['Content-Length', '12'],
      ['x-ms-date', 'Thu, 15 Jan 2026 08:30:00 GMT'],
      ['Authorization', 'HMAC-SHA256 secret'],
    ];
    const request = { headers, body: body(`{"a":"it's"}`) };
    expect(curlOf({ method: 'POST', target: '/sms?api-version=1', request }, 'http://127.0.0.1:8787')).toBe(
      [
        "curl -X POST 'http://127.0.0.1:8787/sms?api-version=1'",
        "-H 'content-type: application/json'",
        '-H "x-ms-date: $X_MS_DATE"',
        '-H "Authorization: $AUTHORIZATION"',
        `--data-raw '{"a":"it'\\''s"}'`,
      ].join(' \\\n  '),
    );
  });

  test('reads a body from a file that was not kept whole, and has none for an empty one', () => {
    const of = (more: object) =>
      curlOf({ method: 'POST', target: '/', request: { headers: [], body: body('ab', more) } }, '');
    expect(of({ isCut: true })).toContain('--data-binary @body');
    expect(of({ isText: false })).toContain('--data-binary @body');
    expect(of({ sizeBytes: 0 })).toBe('curl -X POST /');
  });
});

describe('pretty JSON', () => {
  test('is indented; other text has none', () => {
    expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(prettyJson('<html>')).toBeUndefined();
  });

  test('tells names from strings', () => {
    const kinds = jsonPieces('{"a\\"": "b:", "c": [true, -1.5e3, null]}').filter(({ kind }) => kind !== 'mark');
    expect(kinds).toEqual([
      { text: '"a\\""', kind: 'name' },
      { text: '"b:"', kind: 'string' },
      { text: '"c"', kind: 'name' },
      ...['true', '-1.5e3', 'null'].map((text) => ({ text, kind: 'value' })),
    ]);
  });

  test('loses nothing', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const text = prettyJson(json) ?? '';
        expect(joined(jsonPieces(text))).toBe(text);
      }),
    );
  });
});
