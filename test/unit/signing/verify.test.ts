import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import { DATE, KEY, OTHER_KEY, VECTORS, type Vector } from '../../../shared/signing/vectors.ts';
import { type ReceivedRequest, verify } from '../../../shared/signing/verify.ts';
import { anyDate, anyKey, anyMethod, anyText, anyUrl } from './arbitraries.ts';
import { arrivalOf, arrivalOfSigned, received } from './received.ts';

const key = importKey(KEY);
const otherKey = importKey(OTHER_KEY);
const now = new Date(DATE);
const accepted = { ok: true, keyIndex: 0 };

function vectorOf(number: string): Vector {
  const found = VECTORS.find(({ name }) => name.startsWith(`${number}:`));
  if (!found) throw new Error(`There is no vector ${number}.`);
  return found;
}

function signedArrival(method: string, url: string, body = '') {
  return arrivalOfSigned(method, url, body, sign({ method, url, body, date: now }, key));
}

describe.each(VECTORS)('$name', (vector) => {
  const arrival = arrivalOf(vector);

  test('is accepted as it arrives', () => {
    expect(verify(received(arrival), [key], now)).toEqual(accepted);
  });

  test('is accepted with a lower-case method and one of several hosts', () => {
    const request = received({
      ...arrival,
      method: vector.method.toLowerCase(),
      hosts: ['front.example', vector.host, '10.0.0.4:80'],
    });
    expect(verify(request, [key], now)).toEqual(accepted);
  });

  test('is accepted when the host in front has decoded its path', () => {
    const [path = '', query] = vector.target.split('?');
    const decoded = path.replace(/%(?!2F)\w\w/gi, decodeURIComponent);
    const request = { ...arrival, target: `${decoded}?${query}`, pathWasDecoded: true };
    expect(verify(received(request), [key], now)).toEqual(accepted);
  });

  test('is refused with another key', () => {
    expect(verify(received(arrival), [otherKey], now)).toMatchObject({ ok: false, part: 'signature' });
  });

  test('names the key that was used', () => {
    expect(verify(received(arrival), [otherKey, key], now)).toEqual({ ok: true, keyIndex: 1 });
    expect(verify(received(arrival), [key, otherKey], now)).toEqual(accepted);
    expect(verify(received(arrival), [otherKey, otherKey, key], now)).toEqual({ ok: true, keyIndex: 2 });
  });
});

test('the host signed without its port is accepted', () => {
  const arrival = signedArrival('GET', 'https://localhost/a');
  expect(verify(received({ ...arrival, hosts: ['localhost:8787'] }), [key], now)).toEqual(accepted);
});

test('the host signed with a port that did not arrive is refused', () => {
  const arrival = signedArrival('GET', 'https://localhost:8787/a');
  expect(verify(received({ ...arrival, hosts: ['localhost'] }), [key], now)).toMatchObject({ part: 'signature' });
});

describe('a decoded path', () => {
  const encoded = '/identities/8%3Aacs%3Ax_y/:issueAccessToken';
  const arrival = signedArrival('POST', `https://h.example${encoded}?api-version=2023-10-01`, '{}');
  const decoded = { ...arrival, target: '/identities/8:acs:x_y/:issueAccessToken?api-version=2023-10-01' };

  test('is accepted with one segment encoded and the other not', () => {
    expect(verify(received({ ...decoded, pathWasDecoded: true }), [key], now)).toEqual(accepted);
  });

  test('is refused when nothing in front decodes paths', () => {
    expect(verify(received(decoded), [key], now)).toMatchObject({ ok: false, part: 'signature' });
    expect(verify(received({ ...decoded, pathWasDecoded: false }), [key], now)).toMatchObject({ part: 'signature' });
  });

  test('is refused when it is another path', () => {
    const target = decoded.target.replace('x_y', 'x_z');
    expect(verify(received({ ...decoded, target, pathWasDecoded: true }), [key], now)).toMatchObject({
      ok: false,
      part: 'signature',
    });
  });
});

test.each([
  ['a `?` alone', '/rooms?', '/rooms'],
  ['a `?` alone, signed', '/rooms', '/rooms?'],
])('%s makes no difference to the query', (_, signed, arrived) => {
  const arrival = signedArrival('GET', `https://h.example${signed}`);
  const verification = verify(received({ ...arrival, target: arrived }), [key], now);
  expect(verification).toEqual(accepted);
});

test('what we sign we verify, also where the path was decoded in between', () => {
  let compared = 0;
  fc.assert(
    fc.property(anyMethod, anyUrl, anyText, anyKey, anyDate, fc.boolean(), (method, url, body, base64, date, flag) => {
      fc.pre(URL.canParse(url));
      const signed = sign({ method, url, body, date }, importKey(base64));
      const arrival = { ...arrivalOfSigned(method, url, body, signed), pathWasDecoded: flag };
      expect(verify(received(arrival), [importKey(base64)], date)).toEqual(accepted);
      compared += 1;
    }),
    { numRuns: 1500 },
  );
  expect(compared).toBe(1500);
});

test('verify never throws, whatever arrives', () => {
  const header = fc.oneof(fc.constantFrom(undefined, DATE, ...VECTORS.map(({ contentHash }) => contentHash)), anyText);
  const headers = fc.record({ authorization: header, 'x-ms-date': header, 'x-ms-content-sha256': header });
  const hosts = fc.array(anyText, { maxLength: 3 });
  fc.assert(
    fc.property(anyText, anyText, headers, hosts, fc.boolean(), (method, target, values, names, pathWasDecoded) => {
      const authorization =
        values.authorization === DATE ? arrivalOf(vectorOf('V1')).headers['authorization'] : values.authorization;
      const arrival = { method, target, hosts: names, pathWasDecoded, body: '', headers: { ...values, authorization } };
      const request: ReceivedRequest = received(arrival);
      expect(verify(request, [key], now)).toMatchObject({ ok: false, part: expect.any(String) });
    }),
  );
});
