import { type SigningKey, signingKey } from '../../../../../shared/signing/sign.ts';
import type { Finding } from './finding.ts';

/** A key that the emulator knows. */
export interface KnownKey {
  /** How a person calls it, e.g. `the primary key`. */
  readonly name: string;
  /** Base64. */
  readonly secret: string;
  /** False for a key that no longer grants access, or only to another mailbox. */
  readonly isValid: boolean;
}

/** A wrong way to use a key. */
export interface KeyUse {
  readonly deviation: Finding;
  readonly key: SigningKey;
}

const TEXT_ADVICE = 'Decode the access key from base64 and use the bytes as the HMAC key.';

const CUT_ADVICE =
  "Take the key from the connection string by its first 'accesskey=', to the end, with its trailing equals signs, and decode it.";

/** Wrong ways in which clients use a key: the same ways, in the same order, for every key. */
export function wrongKeyUses({ secret }: KnownKey, host: string): KeyUse[] {
  const text = (value: string, reason: string, advice = TEXT_ADVICE) => ({
    key: signingKey(Buffer.from(value)),
    deviation: { reason, advice },
  });
  return [
    text(secret, 'The access key was used as text: it was not decoded from base64.'),
    text(
      secret.replace(/={1,2}$/, ''),
      'The access key was cut before its trailing equals signs and used as text.',
      CUT_ADVICE,
    ),
    text(`accesskey=${secret}`, "The key still had 'accesskey=' before it.", CUT_ADVICE),
    ...[`endpoint=http://${host}/;accesskey=${secret}`, `endpoint=https://${host}/;accesskey=${secret}`].map((whole) =>
      text(whole, 'The whole connection string was used as the key.', CUT_ADVICE),
    ),
    text(`${secret}\n`, 'The access key was used as text, with a newline at its end.'),
    text(`${secret};`, 'The access key was used as text, with a semicolon at its end.', CUT_ADVICE),
    text(`"${secret}"`, 'The access key was used as text, in quotation marks.'),
    text(Buffer.from(secret, 'base64').toString('hex'), 'The access key was decoded, but used as hexadecimal text.'),
    text(
      Buffer.from(secret, 'base64').toString('utf8'),
      'The access key was decoded into a string, which damages its bytes.',
    ),
    decodedTwice(secret),
    decodedPrefix(secret),
    text(
      '',
      'The access key was empty.',
      'Check that the setting with the connection string exists where the client runs.',
    ),
  ];
}

function decodedTwice(secret: string): KeyUse {
  const bytes = Buffer.from(Buffer.from(secret, 'base64').toString('latin1'), 'base64');
  return {
    key: signingKey(bytes),
    deviation: { reason: 'The access key was decoded from base64 twice.', advice: TEXT_ADVICE },
  };
}

/** Lenient decoders skip the equals sign and decode the prefix with the key. */
function decodedPrefix(secret: string): KeyUse {
  const bytes = Buffer.from(`accesskey${secret}`, 'base64');
  const reason = "The key was decoded with 'accesskey=' before it.";
  return { key: signingKey(bytes), deviation: { reason, advice: CUT_ADVICE } };
}
