/** All texts that one replaced, added or removed character makes of a text. */
export function* edits(text: string, characters: readonly string[]): Generator<string> {
  for (let at = 0; at <= text.length; at += 1) {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    if (after !== '') yield before + after.slice(1);
    for (const character of characters) {
      yield before + character + after;
      if (after !== '' && character !== after[0]) yield before + character + after.slice(1);
    }
  }
}

/** Every order of a few things; of many, only the sorted and the reversed one. */
export function orders(list: readonly string[]): readonly (readonly string[])[] {
  if (list.length > MAXIMUM_PERMUTED) return [list.toSorted(byText), list.toReversed()];
  if (list.length < 2) return [list];
  return list.flatMap((first, index) => orders(list.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

/** 720 orders. */
const MAXIMUM_PERMUTED = 6;

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
