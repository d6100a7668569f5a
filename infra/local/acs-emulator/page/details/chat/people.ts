import type { ChatItem } from '../../../inspection/items.ts';
import { shortId } from '../../ui/shortId.ts';

type Thread = ChatItem['conversation'];

/** How a participant of a thread, present or former, is shown. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  /** Index of one of the `--person-…` colors. */
  readonly color: number;
}

export const PERSON_COLORS = 8;

/**
 * Gives everyone in a thread a color that depends on the raw id, and on the other participants only if two would have the
 * same one.
 */
export function peopleOf({ participants, messages, receipts, typing }: Thread): ReadonlyMap<string, Person> {
  const names = new Map<string, string | undefined>(participants.map(({ id, displayName }) => [id, displayName]));
  const others = [
    ...messages.map(({ sender, senderDisplayName }) => ({ id: sender, displayName: senderDisplayName })),
    ...receipts.map(({ reader }) => ({ id: reader, displayName: undefined })),
    ...typing,
  ];
  for (const { id, displayName } of others) if (id !== undefined) names.set(id, names.get(id) || displayName);
  const taken = new Set<number>();
  const people = Array.from(names, ([id, displayName = '']): [string, Person] => {
    const color = freeColor(id, taken);
    taken.add(color);
    const initials = initialsOf(displayName) || id.slice(-2).toUpperCase();
    return [id, { id, name: displayName || shortId(id), initials, color }];
  });
  return new Map(people);
}

function freeColor(id: string, taken: ReadonlySet<number>): number {
  const first = hash(id) % PERSON_COLORS;
  for (let step = 0; step < PERSON_COLORS; step += 1) {
    const color = (first + step) % PERSON_COLORS;
    if (!taken.has(color)) return color;
  }
  return first;
}

/** FNV-1a */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}

/** The first characters of the first and the last word. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => firstCharacter(word ?? '')).join('');
}

function firstCharacter(word: string): string {
  const [first] = new Intl.Segmenter().segment(word);
  return (first?.segment ?? '').toUpperCase();
}
