import type { ItemSummary } from '../../inspection/items.ts';
import { CHANNEL_TITLES } from '../channels.ts';
import { partnersOf } from './rows.ts';

// Suggestions for the search field. What a search matches is decided by the emulator.

export interface Suggestion {
  /** Takes the place of the term at the caret. */
  readonly insert: string;
  readonly title: string;
}

const OPERATORS: readonly Suggestion[] = [
  { insert: 'channel:', title: 'sms, email, chat, identity or request' },
  { insert: 'to:', title: 'recipient' },
  { insert: 'from:', title: 'sender' },
  { insert: 'subject:', title: 'subject, topic, or path of a request' },
  { insert: 'status:', title: 'e.g. Delivered, Bounced, 401' },
];

interface Term {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The term that the caret is in or behind. Spaces between quotes belong to it. */
export function termAt(search: string, caret: number): Term {
  for (const { index, 0: text } of search.matchAll(/(?:"[^"]*(?:"|$)|[^\s"])+/g)) {
    if (caret >= index && caret <= index + text.length) return { start: index, end: index + text.length, text };
  }
  return { start: caret, end: caret, text: '' };
}

const MOST_SUGGESTIONS = 8;

/** @param items from which values are suggested */
export function suggestionsFor(search: string, caret: number, items: readonly ItemSummary[]): readonly Suggestion[] {
  const term = termAt(search, caret).text;
  const [, minus = '', operator = '', value = ''] = /^(-?)(?:([a-z]+):)?"?(.*?)"?$/is.exec(term) ?? [];
  if (operator === '') {
    const matching = OPERATORS.filter(({ insert }) => insert.startsWith(value.toLowerCase()));
    return matching.map(({ insert, title }) => ({ insert: minus + insert, title }));
  }
  const name = operator.toLowerCase();
  const values = valuesOf(name, items).filter((it) => it.toLowerCase().includes(value.toLowerCase()) && it !== value);
  return values.slice(0, MOST_SUGGESTIONS).map((it) => ({ insert: `${minus}${name}:${quoted(it)}`, title: '' }));
}

const MOST_ITEMS_READ = 1000;

function valuesOf(operator: string, items: readonly ItemSummary[]): readonly string[] {
  const recent = items.slice(0, MOST_ITEMS_READ);
  const distinct = (values: readonly string[]) => [...new Set(values.filter(Boolean))];
  switch (operator) {
    case 'channel':
      return Object.keys(CHANNEL_TITLES);
    case 'to':
      return distinct(recent.flatMap(({ to }) => to));
    case 'from':
      return distinct(recent.map(({ from }) => from));
    case 'subject':
      return distinct(recent.map(({ subject }) => subject));
    case 'status':
      return distinct(recent.map(({ status }) => status));
    default:
      return [];
  }
}

function quoted(value: string): string {
  return /\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value.replaceAll('"', '');
}

export interface Edited {
  readonly search: string;
  readonly caret: number;
}

/** Puts a suggestion in the place of the term at the caret. A complete term is followed by a space. */
export function accept(search: string, caret: number, { insert }: Suggestion): Edited {
  const { start, end } = termAt(search, caret);
  const text = insert.endsWith(':') ? insert : `${insert} `;
  const rest = search.slice(end);
  return {
    search: search.slice(0, start) + text + (text.endsWith(' ') ? rest.trimStart() : rest),
    caret: start + text.length,
  };
}

/** The search for everything that was exchanged with the partners of an item. */
export function searchForPartners(item: ItemSummary): string {
  const [partner = ''] = partnersOf(item);
  return `${item.direction === 'received' ? 'from' : 'to'}:${quoted(partner)}`;
}
