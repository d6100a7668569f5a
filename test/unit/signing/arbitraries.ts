import fc from 'fast-check';

/** Characters and pairs of them that URL parsers treat in different ways. */
const PIECES = [
  ...':@!$&\'()*+,;=~-._/\\|"<>`{}[]^ %#azAZ09éß字\t\n\u0000\u007f\u{1F44B}\ud800\udfff',
  ...['%3A', '%3a', '%40', '%20', '%2B', '%2F', '%2e', '%C3%A9', '%F0%9F', '%zz', '..', '/../', '/./', '%2e%2e'],
];
const text = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })), {
  maxLength: 8,
});
const joined = text.map((pieces) => pieces.join(''));

const name = fc.oneof(fc.constantFrom('api-version', 'tag', 'a', ''), joined);
const pair = fc.oneof(
  fc.constantFrom('api-version=2021-03-07', 'tag', '=', '', 'maxPageSize=10'),
  fc.tuple(name, joined).map(([key, value]) => `${key}=${value}`),
  joined,
);
const query = fc.oneof(
  fc.constantFrom('', '?', '??', '??a=b', '?&', '?a=1&a=2&a=1', '?a=b=c', '?api-version=2021-03-07'),
  fc.array(pair, { maxLength: 4 }).map((pairs) => `?${pairs.join('&')}`),
);

const host = fc.oneof(
  fc.constantFrom(
    'contoso.communication.azure.com',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'CONTOSO.Example',
    'müller.example',
  ),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
);
const port = fc.oneof(
  fc.constantFrom('', ':80', ':443', ':8787'),
  fc.nat(65_535).map((number) => `:${number}`),
);
const path = fc.oneof(
  fc.constantFrom('', '/', '/sms', '/emails:send', '/identities/8%3Aacs%3Ax_y/:issueAccessToken', '//', '/a/../b'),
  fc.array(joined, { maxLength: 4 }).map((segments) => segments.map((segment) => `/${segment}`).join('')),
);
const fragment = fc.constantFrom('', '', '#top');

/** URLs as a caller may type them; a few are no URLs at all. */
export const anyUrl = fc
  .tuple(fc.constantFrom('https', 'http'), host, port, path, query, fragment)
  .map(([scheme, ...rest]) => `${scheme}://${rest.join('')}`);

export const anyMethod = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'get', 'Post', 'merge-patch');

/** Any text, also such as UTF-8 cannot carry: halves of surrogate pairs. */
export const anyText = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes)),
);

/** Times from 1970 to 9999, the years that RFC 1123 dates can name. */
export const anyDate = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });

export const anyKey = fc
  .uint8Array({ minLength: 1, maxLength: 100 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
