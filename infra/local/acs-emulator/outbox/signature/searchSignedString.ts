import { importKey, type SigningKey, signature } from '../../../../../shared/signing/sign.ts';
import type { Deviation, Finding, SignedParts } from './finding.ts';
import { type KeyUse, type KnownKey, wrongKeyUses } from './keyUses.ts';
import { type Layout, RIGHT_LAYOUT } from './layouts.ts';

/** The values that the client may have signed. */
export interface SearchSpace {
  readonly digest: Buffer;
  /** Combinations of right parts, most likely first. */
  readonly right: readonly SignedParts[];
  readonly deviations: Readonly<Record<keyof SignedParts, readonly Deviation[]>>;
  readonly layouts: readonly Layout[];
  readonly keys: readonly KnownKey[];
}

/** The string that the client signed, and with which key. */
export interface SignedString {
  readonly parts: SignedParts;
  readonly layout: Layout;
  readonly key: KnownKey;
  readonly findings: readonly Finding[];
}

/** An unauthenticated caller chooses the request, so the work for one is bounded. */
const MAXIMUM_HMACS = 4000;
const MAXIMUM_CHARACTERS = 4 * 1024 * 1024;

const MAXIMUM_KEYS = 2000;

/** Further keys are tried with the right string only. */
const MAXIMUM_SEARCHED_KEYS = 6;

/** A mistake to try. */
interface Mistake {
  readonly finding: Finding;
  readonly parts?: Partial<SignedParts>;
  readonly layout?: Layout;
  /** Index in the wrong uses of a key. */
  readonly use?: number;
}

/** Finds what the client signed, with at most two mistakes; undefined if nothing within the bounds of the work fits. */
export function searchSignedString(space: SearchSpace): SignedString | undefined {
  const attempts = new Attempts(space);
  return attempts.withoutMistake() ?? attempts.withOneMistake() ?? attempts.withTwoMistakes();
}

class Attempts {
  readonly #space: SearchSpace;
  readonly #keys: readonly {
    readonly known: KnownKey;
    readonly right: SigningKey;
    readonly wrong: readonly KeyUse[];
  }[];
  readonly #mistakes: readonly (readonly Mistake[])[];
  #hmacs = 0;
  #characters = 0;

  constructor(space: SearchSpace) {
    this.#space = space;
    const host = space.right[0]?.host ?? '';
    this.#keys = space.keys.slice(0, MAXIMUM_KEYS).map((known, index) => ({
      known,
      right: importKey(known.secret),
      wrong: index < MAXIMUM_SEARCHED_KEYS ? wrongKeyUses(known, host) : [],
    }));
    this.#mistakes = mistakesOf(space, this.#keys[0]?.wrong ?? []);
  }

  withoutMistake(): SignedString | undefined {
    return firstOf(this.#space.right, (right) => this.#try(right, [], this.#keys.length));
  }

  withOneMistake(): SignedString | undefined {
    return firstOf(this.#mistakes.flat(), (mistake) =>
      firstOf(this.#rightWith([mistake]), (parts) => this.#try(parts, [mistake], MAXIMUM_SEARCHED_KEYS)),
    );
  }

  withTwoMistakes(): SignedString | undefined {
    return firstOf(pairs(this.#mistakes), (pair) =>
      this.#isExhausted ? undefined : firstOf(this.#rightWith(pair), (parts) => this.#try(parts, pair, 1)),
    );
  }

  get #isExhausted(): boolean {
    return this.#hmacs > MAXIMUM_HMACS || this.#characters > MAXIMUM_CHARACTERS;
  }

  /** The right combinations that still differ once the mistakes are made. */
  #rightWith(mistakes: readonly Mistake[]): SignedParts[] {
    const all = this.#space.right.map((right) => applied(right, mistakes));
    return [...new Map(all.map((parts) => [RIGHT_LAYOUT.join(parts), parts])).values()];
  }

  #try(parts: SignedParts, mistakes: readonly Mistake[], keys: number): SignedString | undefined {
    const layout = mistakes.find((it) => it.layout)?.layout ?? RIGHT_LAYOUT;
    const use = mistakes.find((it) => it.use !== undefined)?.use;
    const text = layout.join(parts);
    for (const { known, right, wrong } of this.#keys.slice(0, keys)) {
      const key = use === undefined ? right : wrong[use]?.key;
      if (key && this.#matches(text, key))
        return { parts, layout, key: known, findings: mistakes.map((it) => it.finding) };
    }
    return undefined;
  }

  #matches(text: string, key: SigningKey): boolean {
    this.#hmacs += 1;
    this.#characters += text.length;
    if (this.#isExhausted) return false;
    return this.#space.digest.equals(Buffer.from(signature(text, key), 'base64'));
  }
}

function firstOf<Type>(
  values: Iterable<Type>,
  find: (value: Type) => SignedString | undefined,
): SignedString | undefined {
  for (const value of values) {
    const found = find(value);
    if (found) return found;
  }
  return undefined;
}

const PARTS = ['target', 'host', 'contentHash', 'date', 'method'] as const satisfies (keyof SignedParts)[];

/** Mistakes that exclude each other share a list; each list begins with the most likely. */
function mistakesOf({ deviations, layouts }: SearchSpace, uses: readonly KeyUse[]): Mistake[][] {
  return [
    uses.map(({ deviation }, use) => ({ finding: deviation, use })),
    layouts.flatMap((layout) => (layout.deviation ? [{ finding: layout.deviation, layout }] : [])),
    ...PARTS.map((part) => deviations[part].map((it) => ({ finding: it, parts: { [part]: it.value } }))),
  ];
}

function applied(right: SignedParts, mistakes: readonly Mistake[]): SignedParts {
  return Object.assign({ ...right }, ...mistakes.map(({ parts }) => parts));
}

/** Every two mistakes that can be made together, the most likely first. */
function pairs(lists: readonly (readonly Mistake[])[]): Mistake[][] {
  const ranked = lists.flatMap((list, index) =>
    lists
      .slice(index + 1)
      .flatMap((other) =>
        list.flatMap((first, rank) => other.map((second, at) => ({ rank: rank + at, pair: [first, second] }))),
      ),
  );
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ pair }) => pair);
}
