import { contentHash } from '../../../shared/signing/sign.ts';
import type { Flaw } from './claim.ts';

/**
 * Whether the body is the one whose hash was signed, and, where it is not, what became of it.
 *
 * @param claimed base64, of the header x-ms-content-sha256
 */
export function bodyFlaw(body: Buffer, claimed: string): Flaw | undefined {
  const actual = contentHash(body);
  if (actual === claimed) return undefined;
  const before = originalForms(body).find(([, form]) => contentHash(form) === claimed);
  if (before) {
    const message = `The hash is of another body than the one that is there: ${before[0]}.`;
    return {
      part: 'body',
      message,
      remedy: 'Hash the very bytes that are sent, and send them through nothing that changes them.',
    };
  }
  return {
    part: 'body',
    message: `The body that is there (${body.length} bytes) has the hash ${actual}, and not the one that was sent with it.`,
    remedy:
      'Hash the very bytes that are sent (UTF-8), after everything that still changes them: serialising, compressing, a proxy.',
  };
}

/** What a body may have been before somebody changed it. */
function originalForms(body: Buffer): readonly (readonly [what: string, form: string | Buffer])[] {
  const text = body.toString('utf8');
  return [
    ['it was empty (the body was added after signing)', ''],
    ['the line ends were \\n, and are \\r\\n now', text.replaceAll('\r\n', '\n')],
    ['the line ends were \\r\\n, and are \\n now', text.replace(/\r?\n/g, '\r\n')],
    ['it had a line end at its end', `${text}\n`],
    ['it had a line end at its end', `${text}\r\n`],
    ['it had no white space around it', text.trim()],
    ['it began with a byte order mark', `\ufeff${text}`],
    ['it had no byte order mark', text.replace(/^\ufeff/, '')],
    ['it was hashed as Latin-1, and sent as UTF-8', Buffer.from(text, 'latin1')],
    ['it was hashed as UTF-16, and sent as UTF-8', Buffer.from(text, 'utf16le')],
    ...jsonForms(text),
  ];
}

function jsonForms(text: string): (readonly [string, string])[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return []; // no JSON: there is no other form of it
  }
  const spaced = JSON.stringify(value, undefined, 1)
    .replace(/\n\s*/g, ' ')
    .replace(/([[{]) | ([\]}])/g, '$1$2');
  const written = 'the same JSON, written with other white space';
  return [JSON.stringify(value), JSON.stringify(value, undefined, 2), JSON.stringify(value, undefined, 4), spaced].map(
    (form) => [written, form] as const,
  );
}
