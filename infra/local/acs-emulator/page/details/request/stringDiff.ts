/** A piece of one of two compared strings. */
export interface DiffPiece {
  readonly text: string;
  readonly differs: boolean;
}

export interface StringDiff {
  readonly left: readonly DiffPiece[];
  readonly right: readonly DiffPiece[];
}

/** Escapes, words, and single other characters. */
const TOKEN = /%[\dA-Fa-f]{2}|\w+|\W/gu;

/** The comparison takes this many tokens squared. */
const MAXIMUM_TOKENS = 400;

/** Marks what differs between two strings: words and characters of one that are not in the same order in the other. */
export function diffStrings(left: string, right: string): StringDiff {
  if (isRandom(left) && isRandom(right) && left !== right) return whole(left, right);
  const [a, b] = [tokens(left), tokens(right)];
  const start = commonStart(a, b);
  const end = commonStart(a.slice(start).toReversed(), b.slice(start).toReversed());
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const common = commonTokens(middleA, middleB);
  const around = (tokens: readonly string[], kept: ReadonlySet<number>) =>
    pieces(tokens, (index) => index < start || index >= tokens.length - end || kept.has(index - start));
  return { left: around(a, common.left), right: around(b, common.right) };
}

/** Whether it is a hash in base64: parts of two hashes are alike by chance only. */
function isRandom(text: string): boolean {
  return /^[\w+/-]{43}=?$/.test(text);
}

function whole(left: string, right: string): StringDiff {
  return { left: [{ text: left, differs: true }], right: [{ text: right, differs: true }] };
}

function tokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((token, at) => token !== b[at]);
  return index < 0 ? a.length : index;
}

interface CommonTokens {
  readonly left: ReadonlySet<number>;
  readonly right: ReadonlySet<number>;
}

/** The positions of the longest common subsequence; none if there are too many tokens. */
function commonTokens(a: readonly string[], b: readonly string[]): CommonTokens {
  const left = new Set<number>();
  const right = new Set<number>();
  if (a.length > MAXIMUM_TOKENS || b.length > MAXIMUM_TOKENS) return { left, right };
  const lengths = commonLengths(a, b);
  const lengthAt = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      left.add(i++);
      right.add(j++);
    } else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i++;
    else j++;
  }
  return { left, right };
}

/** At [i][j]: the length of the longest common subsequence of `a` from i and `b` from j. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const rows: number[][] = [new Array<number>(b.length + 1).fill(0)];
  for (const token of a.toReversed()) {
    const below = rows[0] ?? [];
    const row = new Array<number>(b.length + 1).fill(0);
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = token === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
    rows.unshift(row);
  }
  return rows;
}

function pieces(tokens: readonly string[], isCommon: (index: number) => boolean): DiffPiece[] {
  const result: { text: string; differs: boolean }[] = [];
  for (const [index, text] of tokens.entries()) {
    const differs = !isCommon(index);
    const last = result.at(-1);
    if (last?.differs === differs) last.text += text;
    else result.push({ text, differs });
  }
  return result;
}
