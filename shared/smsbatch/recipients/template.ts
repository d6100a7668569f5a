const BRACE = /[{}]/;

interface Placeholder {
  /** Index of its first brace. */
  readonly start: number;
  /** Index after its last brace. */
  readonly end: number;
  /** Trimmed. */
  readonly name: string;
}

/** A message with `{{placeholders}}`, parsed once for all recipients. */
export class Template {
  /** The distinct names of columns, in order of appearance. */
  readonly placeholders: readonly string[];
  /** Each placeholder with the text before it. */
  readonly #parts: readonly { readonly before: string; readonly name: string }[];
  readonly #end: string;

  constructor(message: string) {
    const found = [...placeholdersIn(message)];
    this.placeholders = [...new Set(found.map(({ name }) => name))];
    this.#parts = found.map(({ start, name }, index) => ({
      before: message.slice(found[index - 1]?.end, start),
      name,
    }));
    this.#end = message.slice(found.at(-1)?.end);
  }

  /** Fills every placeholder. */
  fill(columns: Readonly<Record<string, string>>): string {
    let text = '';
    for (const { before, name } of this.#parts) text += before + (columns[name] ?? '');
    return text + this.#end;
  }
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
const EXTENDED = new RegExp(`[${escaped(GSM7_EXTENSION)}]`, 'g');

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
  const isWide = encoding === 'UCS-2' ? (character: string) => character.length > 1 : isExtended;
  const extended = encoding === 'UCS-2' ? 0 : (message.match(EXTENDED)?.length ?? 0);
  return { encoding, segments: message.length + extended <= single ? 1 : countParts(message, part, isWide) };
}

function isExtended(character: string): boolean {
  return GSM7_EXTENSION.includes(character);
}

/** A character of two units (an escape sequence, a surrogate pair) is never split between parts. */
function countParts(message: string, capacity: number, isWide: (character: string) => boolean): number {
  let parts = 1;
  let used = 0;
  for (const character of message) {
    const units = isWide(character) ? 2 : 1;
    if (used + units > capacity) {
      parts += 1;
      used = 0;
    }
    used += units;
  }
  return parts;
}
