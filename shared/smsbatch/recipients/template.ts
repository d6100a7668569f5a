const BRACE = /[{}]/;

interface Placeholder {
  /** Of its first brace. */
  readonly start: number;
  /** After its last one. */
  readonly end: number;
  /** Without the spaces around it. */
  readonly name: string;
}

/** The columns that a message's `{{placeholders}}` name, each once, in order of appearance. */
export function placeholdersOf(message: string): string[] {
  return [...new Set([...placeholdersIn(message)].map(({ name }) => name))];
}

/** The message with every placeholder filled. */
export function fill(message: string, columns: Readonly<Record<string, string>>): string {
  let text = '';
  let at = 0;
  for (const { start, end, name } of placeholdersIn(message)) {
    text += message.slice(at, start) + (columns[name] ?? '');
    at = end;
  }
  return text + message.slice(at);
}

/** Two opening braces, something without braces, and two closing ones. Looks at each character once. */
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

/** Its extension table: each takes two septets, which are never parted. @see 3GPP TS 23.038 §6.2.1.1 */
const GSM7_EXTENSION = '\f^{}\\[~]|€';

const escaped = (characters: string) => characters.replaceAll(/[\\\]^-]/g, '\\$&');
const ONLY_GSM7 = new RegExp(`^[${escaped(GSM7_BASIC + GSM7_EXTENSION)}]*$`);
const EXTENDED = new Set(GSM7_EXTENSION);

export interface SegmentCount {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** What one recipient is charged; at least 1. */
  readonly segments: number;
}

/** Units that fit into one message, and into each part of a longer one (its header takes the rest). */
const CAPACITY = { 'GSM-7': { single: 160, part: 153 }, 'UCS-2': { single: 70, part: 67 } } as const;

/** How many segments a text takes: GSM-7 septets, or UTF-16 units as soon as one character is not in GSM-7. */
export function countSegments(text: string): SegmentCount {
  const encoding = ONLY_GSM7.test(text) ? 'GSM-7' : 'UCS-2';
  const { single, part } = CAPACITY[encoding];
  const size = (character: string) => (encoding === 'UCS-2' ? character.length : EXTENDED.has(character) ? 2 : 1);
  let total = 0;
  for (const character of text) total += size(character);
  return { encoding, segments: total <= single ? 1 : countParts(text, part, size) };
}

/** A character of two units (an escape, a surrogate pair) moves to the next part as a whole. */
function countParts(text: string, capacity: number, size: (character: string) => number): number {
  let parts = 1;
  let used = 0;
  for (const character of text) {
    const units = size(character);
    if (used + units > capacity) {
      parts += 1;
      used = 0;
    }
    used += units;
  }
  return parts;
}
