import { isCodeWord, isMeasure, isOtherNumber, LINKING } from './codeWords.ts';

/** How many words may be between a number and the word that says it is a code. */
const NEAR = 8;

/** Letters are a code only if they follow such a word sooner. */
const NEAR_LETTERS = 5;

/** Where nothing says what a number is, it is a code only if the message is short and has no other number. */
const SHORT_MESSAGE_CHARACTERS = 320;

/**
 * Finds one-time codes: numbers of 4 to 8 digits, also in groups (`123-456`) or with a prefix (`G-123456`), and letters with
 * digits that follow a word such as "code". Years, dates, times, amounts, phone and order numbers are none.
 *
 * @param strings of one message, without links
 */
export function findCodes(strings: readonly string[]): string[] {
  const parts = strings.map((text) => new Part(text));
  const named = parts.flatMap((part) => part.namedCodes());
  if (named.length > 0) return [...new Set(named)];
  const others = new Set(parts.flatMap((part) => part.otherNumbers()));
  const characters = strings.reduce((sum, { length }) => sum + length, 0);
  return others.size === 1 && characters <= SHORT_MESSAGE_CHARACTERS ? [...others] : [];
}

/** A run of letters and digits. Letters of other scripts than Latin end where digits begin: `验证码123456`. */
interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isNumber: boolean;
  readonly isCodeWord: boolean;
}

/** What may be a code. */
interface Candidate {
  readonly text: string;
  /** The indexes of its pieces. */
  readonly first: number;
  readonly last: number;
}

const PIECE = /[\p{Script=Latin}\p{M}0-9]+|[\p{L}\p{M}]+/gu;

/** Arabic, Persian and full-width digits. */
const OTHER_DIGITS = /[٠-٩۰-۹０-９]/g;

// Between the groups of one number, if they are short enough to be groups.
const HYPHEN = /^[-‐‑‒–]$/;
const SPACE = /^[ \u00a0\u2009\u202f]$/;
const OTHER_JOINT = /^(?:[./:'’]|\)[ -]?)$/;

function readPieces(text: string): Piece[] {
  let before = '';
  return Array.from(text.matchAll(PIECE), ({ 0: piece, index: start }) => {
    const word = piece.toLowerCase();
    const isNumber = /^\d+$/.test(piece);
    const read = { text: piece, start, end: start + piece.length, isNumber, isCodeWord: isCodeWord(word, before) };
    before = word;
    return read;
  });
}

/** A subject or a body. */
class Part {
  readonly #text: string;
  readonly #pieces: readonly Piece[];
  readonly #numbers: readonly Candidate[];
  /** The index of the nearest code word before each piece, and after it. */
  readonly #wordBefore: readonly number[];
  readonly #wordAfter: readonly number[];

  constructor(text: string) {
    this.#text = text.replace(OTHER_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf));
    this.#pieces = readPieces(this.#text);
    this.#wordBefore = nearest(this.#pieces, Number.NEGATIVE_INFINITY);
    this.#wordAfter = nearest(this.#pieces.toReversed(), Number.NEGATIVE_INFINITY)
      .map((index) => this.#pieces.length - 1 - index)
      .toReversed();
    this.#numbers = this.#findNumbers();
  }

  /** The codes that a word names, in order. */
  namedCodes(): string[] {
    const all = [...this.#numbers.filter((it) => this.#isNamed(it)), ...this.#lettersAfterWords()];
    return all.toSorted((one, other) => one.first - other.first).map(({ text }) => text);
  }

  /** The numbers that may be codes, though nothing says so. */
  otherNumbers(): string[] {
    const others = this.#numbers.filter(({ text, first }) => !isYear(text) && this.#charBefore(first) !== '#');
    return others.map(({ text }) => text).filter((text) => !/^[A-Z]{2}/.test(text));
  }

  #isNamed({ text, first, last }: Candidate): boolean {
    if (isYear(text)) return this.#isLinked(first);
    if (this.#charBefore(first) === '#') return this.#isBoundToOrigin(first) || this.#isLinked(first);
    const before = first - (this.#wordBefore[first] ?? Number.NEGATIVE_INFINITY);
    const after = (this.#wordAfter[last] ?? Number.POSITIVE_INFINITY) - last;
    return Math.min(before, after) <= NEAR + 1;
  }

  /** Whether there are at most linking words between a code word and a piece: "code is …" */
  #isLinked(index: number): boolean {
    const word = this.#wordBefore[index] ?? Number.NEGATIVE_INFINITY;
    if (index - word > 3) return false;
    return this.#pieces.slice(word + 1, index).every(({ text }) => LINKING.has(text.toLowerCase()));
  }

  /** `@example.com #123456`, the last line of a message. @see https://wicg.github.io/sms-one-time-codes/ */
  #isBoundToOrigin(index: number): boolean {
    const start = this.#pieces[index]?.start ?? 0;
    return /(?:^|\n)@[\w.-]{1,253} #$/.test(this.#text.slice(Math.max(0, start - 257), start));
  }

  #findNumbers(): Candidate[] {
    const found: Candidate[] = [];
    for (let first = 0; first < this.#pieces.length; first += 1) {
      if (!this.#pieces[first]?.isNumber) continue;
      const last = this.#lastGroup(first);
      found.push(...this.#candidatesIn(first, last));
      first = last;
    }
    return found;
  }

  /** The index of the last group of the number that begins at an index. */
  #lastGroup(first: number): number {
    let last = first;
    const isPhone = this.#isPhoneStart(first);
    while (this.#pieces[last + 1]?.isNumber && this.#isJoint(last, isPhone)) last += 1;
    return last;
  }

  /** `+44 …` or `030 …`, whose groups may be long. */
  #isPhoneStart(index: number): boolean {
    return this.#charBefore(index) === '+' || /^0\d{1,4}$/.test(this.#pieces[index]?.text ?? '');
  }

  /** Whether a number continues after a group of digits. */
  #isJoint(index: number, isPhone: boolean): boolean {
    const joint = this.#gapAfter(index);
    const digits = this.#pieces[index]?.text.length ?? 0;
    const nextDigits = this.#pieces[index + 1]?.text.length ?? 0;
    if (SPACE.test(joint)) return isPhone || (digits <= 4 && nextDigits <= 4);
    if (joint === ',') return digits <= 3;
    return HYPHEN.test(joint) || OTHER_JOINT.test(joint);
  }

  #candidatesIn(first: number, last: number): Candidate[] {
    if (first === last) return this.#single(first);
    const lengths = this.#pieces.slice(first, last + 1).map(({ text }) => text.length);
    const joints = lengths.slice(1).map((_, index) => this.#gapAfter(first + index));
    const areSpaces = joints.every((joint) => SPACE.test(joint));
    const areHyphens = joints.every((joint) => HYPHEN.test(joint));
    const groups = lengths.join(' ');
    if ((areSpaces || areHyphens) && (groups === '3 3' || groups === '4 4' || (areSpaces && groups === '2 2 2'))) {
      const [start, end] = [this.#pieces[first]?.start, this.#pieces[last]?.end];
      return this.#isOther(first, last) ? [] : [{ text: this.#text.slice(start, end), first, last }];
    }
    const digits = lengths.reduce((sum, length) => sum + length, 0);
    return areSpaces && digits <= 8 ? lengths.flatMap((_, index) => this.#single(first + index)) : [];
  }

  #single(index: number): Candidate[] {
    const { text = '', start = 0 } = this.#pieces[index] ?? {};
    if (text.length < 4 || text.length > 8 || this.#isOther(index, index)) return [];
    if (this.#charBefore(index) !== '-') return [{ text, first: index, last: index }];
    const prefix = this.#pieces[index - 1];
    const isPrefix = prefix !== undefined && prefix.end === start - 1 && /^[A-Z]{1,3}$/.test(prefix.text);
    if (!isPrefix || this.#charBefore(index - 1) === '-') return [];
    return [{ text: `${prefix.text}-${text}`, first: index - 1, last: index }];
  }

  /** Whether a number is an amount, a phone or account number, or part of something longer. */
  #isOther(first: number, last: number): boolean {
    const { start = 0 } = this.#pieces[first] ?? {};
    const { end = 0 } = this.#pieces[last] ?? {};
    const before = this.#text.slice(Math.max(0, start - 2), start);
    const after = this.#text.slice(end, end + 12);
    if (/[€$£¥₹₽₩₺₴₦•+] ?$|[/\\_@&]$/.test(before) || /^[-_@\\/+]\p{L}/u.test(after)) return true;
    if (before.endsWith('*') && !after.startsWith('*')) return true; // a masked number
    if (isMeasure(after)) return true;
    const [one = '', two = ''] = [first - 2, first - 1].map((it) => this.#pieces[it]?.text.toLowerCase());
    const isDirect = /^[\s.:#№-]{0,3}$/.test(this.#gapAfter(first - 1));
    return isDirect && isOtherNumber(one, two) && !this.#isLinked(first);
  }

  #lettersAfterWords(): Candidate[] {
    const numbers = new Set(this.#numbers.flatMap(({ first, last }) => [first, last]));
    return this.#pieces.flatMap((piece, index) => {
      const found = piece.isCodeWord ? this.#lettersAfter(index, numbers) : undefined;
      return found ? [found] : [];
    });
  }

  /** The first letters after a code word that look like a code, unless a number comes first or the sentence ends. */
  #lettersAfter(word: number, numbers: ReadonlySet<number>): Candidate | undefined {
    for (let first = word + 1; first <= word + NEAR_LETTERS; first += 1) {
      const piece = this.#pieces[first];
      if (!piece || piece.isCodeWord || numbers.has(first) || /[.!?;]\s/.test(this.#gapAfter(first - 1)))
        return undefined;
      const candidate = this.#joinHyphens(first);
      if (this.#looksRandom(candidate, word)) return candidate;
    }
    return undefined;
  }

  #joinHyphens(first: number): Candidate {
    let last = first;
    while (last < first + 3 && this.#gapAfter(last) === '-') last += 1;
    return { text: this.#text.slice(this.#pieces[first]?.start, this.#pieces[last]?.end), first, last };
  }

  #looksRandom({ text, first, last }: Candidate, word: number): boolean {
    if (/[+/@#]/.test(this.#charBefore(first)) || /^[+/@=]/.test(this.#gapAfter(last))) return false;
    const isLinked = this.#isLinked(first);
    const [letters, digits] = [/[a-z]/i.test(text), /\d/.test(text)];
    if (/^[A-Z0-9]{2,6}(?:-[A-Z0-9]{2,6}){1,3}$/.test(text)) return letters && (digits || isLinked);
    if (/^[a-z0-9]{4,10}$/i.test(text) && letters && digits) return isLinked || isOneCase(text);
    // All capitals: not if the whole string is in capitals.
    const name = this.#pieces[word]?.text ?? '';
    return isLinked && /^[A-Z]{4,8}$/.test(text) && name !== name.toUpperCase();
  }

  #gapAfter(index: number): string {
    const from = this.#pieces[index]?.end ?? 0;
    return this.#text.slice(from, this.#pieces[index + 1]?.start);
  }

  #charBefore(index: number): string {
    return this.#text.charAt((this.#pieces[index]?.start ?? 0) - 1);
  }
}

function nearest(pieces: readonly Piece[], none: number): number[] {
  let last = none;
  return pieces.map((piece, index) => {
    const before = last;
    if (piece.isCodeWord) last = index;
    return before;
  });
}

function isYear(text: string): boolean {
  return /^(?:19|20)\d\d$/.test(text);
}

/** Letters of one case that do not follow digits like a unit: `10min`. */
function isOneCase(text: string): boolean {
  return (text === text.toUpperCase() || text === text.toLowerCase()) && !/^\d+[a-z]+$/i.test(text);
}
