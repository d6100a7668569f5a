/** Number of independent choices. Two to this power, in two letter cases, bounds the work for a refused request. */
const MAXIMUM_CHOICES = 4;

const UNRESERVED = /^[\w.~-]$/;

/** Characters that are allowed in a path and that some clients escape. @see https://www.rfc-editor.org/rfc/rfc3986#section-3.3 (pchar) */
const OPTIONAL = /^[:@!$&'()*+,;=|[\]^]$/;

/** A part of the path with a fixed encoding, or a character that a client may or may not have escaped. */
interface Piece {
  readonly raw: string;
  readonly escaped: string;
  /** Identifies the choice to escape it: this character in this segment, and this character anywhere. */
  readonly choice?: { readonly here: string; readonly anywhere: string };
}

/**
 * Yields the encodings under which a client may have signed a path that the host has decoded, starting with the path as
 * received.
 *
 * For few characters, it tries every combination of escaped characters per segment, with upper- and lower-case escapes.
 * Otherwise it assumes that a client escapes a character everywhere or nowhere, except for the colon before an action
 * (`/:issueAccessToken`).
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

/** Yields every set of choices, starting with common clients: they escape everything in a parameter, but not an action. */
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
    return [...slash, fixed(segment)]; // invalid percent-encoding: only the form as received is possible
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

/** Groups characters that are escaped together. With too many distinct characters, the last ones share a group. */
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
