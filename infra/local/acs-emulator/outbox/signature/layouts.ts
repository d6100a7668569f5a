import { stringToSign } from '../../../../../shared/signing/canonical.ts';
import type { Finding, SignedParts } from './finding.ts';

/** How a client joined the parts. */
export interface Layout {
  readonly deviation?: Finding;
  /** What the client put in the place of each part, with a separator behind it that is not the right one. */
  readonly place: (parts: SignedParts) => SignedParts;
  readonly join: (parts: SignedParts) => string;
}

export const RIGHT_LAYOUT: Layout = {
  place: (parts) => parts,
  join: ({ method, target, date, host, contentHash }) => stringToSign(method, target, date, host, contentHash),
};

const NEWLINES = 'Join the three lines with single newline characters (U+000A), without a trailing one.';
const ORDER = 'Join the values of the third line in the order date, host, body hash.';
const SEMICOLONS = 'Join date, host and body hash with semicolons and no spaces.';

/** The separators behind method, target, date, host and body hash. */
type Separators = readonly [string, string, string, string, string];

const RIGHT: Separators = ['\n', '\n', ';', ';', ''];

function separated(separators: Separators, reason: string, advice: string): Layout {
  const [method, target, date, host, end] = separators;
  return {
    deviation: { reason, advice },
    join: (parts) =>
      parts.method + method + parts.target + target + parts.date + date + parts.host + host + parts.contentHash + end,
    place: (parts) => ({
      method: parts.method + shown(method, RIGHT[0]),
      target: parts.target + shown(target, RIGHT[1]),
      date: parts.date + shown(date, RIGHT[2]),
      host: parts.host + shown(host, RIGHT[3]),
      contentHash: parts.contentHash + end,
    }),
  };
}

function shown(separator: string, right: string): string {
  return separator === right ? '' : separator;
}

function arranged(arrange: (parts: SignedParts) => SignedParts, reason: string): Layout {
  return {
    deviation: { reason, advice: ORDER },
    join: (parts) => RIGHT_LAYOUT.join(arrange(parts)),
    place: arrange,
  };
}

const WRONG_LAYOUTS: readonly Layout[] = [
  separated(['\n', '\n', ';', ';', '\n'], 'The string to sign ends with a newline.', NEWLINES),
  separated(['\r\n', '\r\n', ';', ';', ''], 'The lines are joined with CR LF.', NEWLINES),
  separated(['\r\n', '\r\n', ';', ';', '\r\n'], 'The lines are joined with CR LF, with a trailing one.', NEWLINES),
  separated(
    ['\\n', '\\n', ';', ';', ''],
    "The lines are joined with the two characters '\\n' instead of a newline.",
    NEWLINES,
  ),
  separated(['', '', ';', ';', ''], 'The lines are joined without newlines.', NEWLINES),
  separated([' ', ' ', ';', ';', ''], 'The lines are joined with spaces.', NEWLINES),
  separated([';', ';', ';', ';', ''], 'The lines are joined with semicolons.', NEWLINES),
  separated([' ', '\n', ';', ';', ''], 'Method and path are on one line.', NEWLINES),
  separated(['\n', '\n', '\n', '\n', ''], 'Date, host and body hash are on lines of their own.', SEMICOLONS),
  separated(['\n', '\n', '\n', '\n', '\n'], 'Date, host and body hash are on lines of their own.', SEMICOLONS),
  separated(['\n', '\n', '; ', '; ', ''], 'There are spaces between date, host and body hash.', SEMICOLONS),
  separated(['\n', '\n', ',', ',', ''], 'Date, host and body hash are joined with commas.', SEMICOLONS),
  separated(['\n', '\n', '', '', ''], 'Date, host and body hash are joined without semicolons.', SEMICOLONS),
  separated(['\n', '\n', ';', ';', ';'], 'The third line ends with a semicolon.', SEMICOLONS),
  arranged((it) => ({ ...it, date: it.host, host: it.date }), 'Host and date are in the wrong order.'),
  arranged(
    (it) => ({ ...it, host: it.contentHash, contentHash: it.host }),
    'Host and body hash are in the wrong order.',
  ),
  arranged(
    (it) => ({ ...it, date: it.contentHash, contentHash: it.date }),
    'Date and body hash are in the wrong order.',
  ),
  arranged(
    (it) => ({ ...it, date: it.host, host: it.contentHash, contentHash: it.date }),
    'Date, host and body hash are in the wrong order.',
  ),
  arranged(
    (it) => ({ ...it, date: it.contentHash, host: it.date, contentHash: it.host }),
    'Date, host and body hash are in the wrong order.',
  ),
];

/** Every layout that a client may have used, the right one first. @param listed the names in SignedHeaders */
export function layouts(listed: readonly string[], header: (name: string) => string | undefined): Layout[] {
  const more = listed.filter((name) => !['x-ms-date', 'date', 'host', 'x-ms-content-sha256'].includes(name));
  if (more.length === 0) return [RIGHT_LAYOUT, ...WRONG_LAYOUTS];
  const tail = more.map((name) => `;${header(name) ?? ''}`).join('');
  const reason = `The client also signed ${more.join(', ')}.`;
  const withMore = separated(['\n', '\n', ';', ';', tail], reason, 'Sign only date, host and body hash.');
  return [RIGHT_LAYOUT, withMore, ...WRONG_LAYOUTS];
}
