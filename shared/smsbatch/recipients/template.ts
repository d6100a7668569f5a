const BRACE = /[{}]/;

interface Placeholder {
  /** Index of its first brace. */
  readonly start: number;
  /** Index after its last brace. */
  readonly end: number;
  /** Trimmed. */
  readonly name: string;
}

/** The distinct column names in a message's `{{placeholders}}`, in order of appearance. */
export function placeholdersOf(message: string): string[] {
  return [...new Set([...placeholdersIn(message)].map(({ name }) => name))];
}

/** Fills every placeholder of a message. */
export function fill(message: string, columns: Readonly<Record<string, string>>): string {
  let text = '';
  let at = 0;
  for (const { start, end, name } of placeholdersIn(message)) {
    text += message.slice(at, start) + (columns[name] ?? '');
    at = end;
  }
  return text + message.slice(at);
}

/** A placeholder is two opening braces, text without braces, and two closing braces. Runs in linear time. */
function* placeholdersIn(message: string): Generator<Placeholder> {
  let nameStart = 0;
  for (let at = 0; at < message.length; at += 1) {
    const character = message.charAt(at);
    if (!BRACE.test(character)) continue;
    const isEnd = character === '}' && message.startsWith('}}', at) && message.startsWith('{{', nameStart - 2);
    if (isEnd && nameStart >= 2 && at > nameStart) {
      yield { start: nameStart - 2, end: at + 2, name: message.slice(nameStart, at).trim() };
      at += 1;
    }
    nameStart = at + 1;
  }
}

/** GSM 7 bit default alphabet. @see 3GPP TS 23.038 §6.2.1 */
const GSM7_BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Its extension table: each character takes two septets, which are never split. @see 3GPP TS 23.038 §6.2.1.1 */
const GSM7_EXTENSION = '\f^{}\\[~]|€';

const escaped = (characters: string) => characters.replaceAll(/[\\\]^-]/g, '\\$&');
const ONLY_GSM7 = new RegExp(`^[${escaped(GSM7_BASIC + GSM7_EXTENSION)}]*$`);
const EXTENDED = new Set(GSM7_EXTENSION);

export interface SegmentCount {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Segments charged per recipient; at least 1. */
  readonly segments: number;
}

/** Units that fit into a single message, and into each part of a concatenated message (its header takes the rest). */
const CAPACITY = { 'GSM-7': { single: 160, part: 153 }, 'UCS-2': { single: 70, part: 67 } } as const;

/** Counts segments in GSM-7 septets or, if any character is not in GSM-7, in UTF-16 units. */
export function countSegments(message: string): SegmentCount {
  const encoding = ONLY_GSM7.test(message) ? 'GSM-7' : 'UCS-2';
  const { single, part } = CAPACITY[encoding];
  const size = (character: string) => (encoding === 'UCS-2' ? character.length : EXTENDED.has(character) ? 2 : 1);
  let total = 0;
  for (const character of message) total += size(character);
  return { encoding, segments: total <= single ? 1 : countParts(message, part, size) };
}

/** A character of two units (an escape sequence, a surrogate pair) is never split between parts. */
function countParts(message: string, capacity: number, size: (character: string) => number): number {
  let parts = 1;
  let used = 0;
  for (const character of message) {
    const units = size(character);
    if (used + units > capacity) {
      parts += 1;
      used = 0;
    }
    used += units;
  }
  return parts;
}
