/** Choices that are tried independently. Two to this power, in two letter cases, bounds the work of a refusal. */
const MAXIMUM_CHOICES = 4;

const UNRESERVED = /^[\w.~-]$/;

/** Characters that may stand in a path as they are, and that some clients escape. @see RFC 3986 §3.3 (pchar) */
const OPTIONAL = /^[:@!$&'()*+,;=|[\]^]$/;

/** A character or text of the path that is always spelled alike, or one that a client may have escaped. */
interface Piece {
  readonly raw: string;
  readonly escaped: string;
  /** Names the choice to escape it: of this character in this segment, and of this character anywhere. */
  readonly choice?: { readonly here: string; readonly anywhere: string };
}

/**
 * The spellings under which a client may have signed a path that a host has decoded, the path as shown first.
 *
 * While there are few, every combination is tried of which characters are escaped in which segment, with escapes in upper
 * or in lower case. Otherwise a client is assumed to escape a character either everywhere or nowhere, except for the colon
 * in front of an action (`/:issueAccessToken`).
 */
export function* pathSpellings(path: string): Generator<string> {
  yield path;
  if (/^[\w.~/-]*$/.test(path)) return;
  const pieces = path.split('/').flatMap(piecesOf);
  const groupOf = choiceGroups(pieces);
  const seen = new Set([path]);
  for (const choices of likelyFirst(pieces, groupOf)) {
    const spelling = pieces.map((it) => (isEscaped(it, choices, groupOf.number) ? it.escaped : it.raw)).join('');
    for (const form of [spelling, lowerCaseEscapes(spelling)]) {
      if (!seen.has(form)) yield form;
      seen.add(form);
    }
  }
}

/**
 * Every set of choices, those of the usual clients first: they escape whatever stands in a parameter, and leave an action
 * as it is.
 */
function* likelyFirst(pieces: readonly Piece[], { count, number }: ChoiceGroups): Generator<number> {
  const everything = 2 ** count - 1;
  const actions = pieces.flatMap(({ choice }) => (choice?.anywhere === 'action' ? 2 ** number(choice) : []));
  yield everything - [...new Set(actions)].reduce((sum, bit) => sum + bit, 0);
  for (let choices = everything; choices >= 0; choices -= 1) yield choices;
}

function piecesOf(segment: string, index: number): Piece[] {
  const slash = index === 0 ? [] : [fixed('/')];
  try {
    return [...slash, ...[...decodeURIComponent(segment)].map((character, at) => pieceOf(character, index, at))];
  } catch {
    return [...slash, fixed(segment)]; // invalid percent-encoding: there is only the spelling that was received
  }
}

function pieceOf(character: string, segment: number, at: number): Piece {
  if (UNRESERVED.test(character)) return fixed(character);
  if (!OPTIONAL.test(character)) return fixed(encodeURIComponent(character));
  const isAction = character === ':' && at === 0;
  return {
    raw: character,
    escaped: `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    choice: { here: `${segment}${character}`, anywhere: isAction ? 'action' : character },
  };
}

function fixed(text: string): Piece {
  return { raw: text, escaped: text };
}

interface ChoiceGroups {
  readonly count: number;
  readonly number: (choice: NonNullable<Piece['choice']>) => number;
}

/** What is chosen together. Of too many different characters, the last share one choice. */
function choiceGroups(pieces: readonly Piece[]): ChoiceGroups {
  const choices = pieces.flatMap(({ choice }) => choice ?? []);
  const here = [...new Set(choices.map((it) => it.here))];
  if (here.length <= MAXIMUM_CHOICES) return { count: here.length, number: (it) => here.indexOf(it.here) };
  const all = choices.map((it) => it.anywhere);
  const anywhere = [...new Set([...all.filter((it) => it === 'action'), ...all])];
  return {
    count: Math.min(anywhere.length, MAXIMUM_CHOICES),
    number: (it) => Math.min(anywhere.indexOf(it.anywhere), MAXIMUM_CHOICES - 1),
  };
}

function isEscaped({ choice }: Piece, choices: number, numberOf: ChoiceGroups['number']): boolean {
  return choice !== undefined && Math.floor(choices / 2 ** numberOf(choice)) % 2 === 1;
}

function lowerCaseEscapes(path: string): string {
  return path.replace(/%[\dA-F]{2}/g, (it) => it.toLowerCase());
}
