import { CHANNELS, type Channel, type ItemSummary } from '../inspection/items.ts';
import { compactNumber } from '../sms/senders.ts';

const FIELDS = ['channel', 'to', 'from', 'subject', 'status', 'text'] as const;

type Field = (typeof FIELDS)[number];

/** A condition of a search. `text` is free text: the text of the item, its parties, subject and ids. */
export interface Term {
  readonly field: Field;
  readonly value: string;
  readonly isNegated: boolean;
}

/** Selects items: all that are given must match. Values match as parts, in any case. */
export interface ItemFilter extends Partial<Readonly<Record<Exclude<Field, 'channel'>, string | undefined>>> {
  readonly channel?: Channel | undefined;
  /** Operators and free text, as in the search field of the page. */
  readonly search?: string | undefined;
  /** The id of a chat thread; or an address or number, whole: what was sent to it or by it. */
  readonly conversation?: string | undefined;
}

const TERM = /(-?)(?:([a-z]+):)?(?:"([^"]*)(?:"|$)|(\S*))(?:\s+|$)/giy;

/**
 * Reads `from:+18335550100 subject:"your code" -status:delivered hello`. An operator that is not known is free text, and
 * one without a value counts for nothing: its value is still being typed.
 */
export function parseSearch(text: string): Term[] {
  const terms: Term[] = [];
  for (const [token, minus, operator, quoted, bare] of text.trim().matchAll(TERM)) {
    const field = FIELDS.find((it) => it === operator?.toLowerCase());
    const isNegated = minus === '-';
    const value = quoted ?? bare ?? '';
    if (field) terms.push({ field, value, isNegated });
    else terms.push(freeText(token.trim(), value, operator, isNegated));
  }
  return terms.filter(({ value }) => value !== '');
}

function freeText(token: string, value: string, operator: string | undefined, isNegated: boolean): Term {
  if (isNegated && token === '-') return { field: 'text', value: token, isNegated: false };
  return { field: 'text', value: operator === undefined ? value : `${operator}:${value}`, isNegated };
}

/** What is compared of an item. `text` is read only if it is needed. */
export interface Searched {
  readonly summary: Omit<ItemSummary, 'revision' | 'sequence'>;
  readonly text: () => string;
}

export type Matcher = (item: Searched) => boolean;

export interface Selection {
  /** The channels that can have matching items. */
  readonly channels: readonly Channel[];
  /** Absent: every item of the channels matches. */
  readonly matches?: Matcher;
}

/** Requests are selected only by their channel: next to the messages that they sent, they would show everything twice. */
export function select(filter: ItemFilter): Selection {
  const terms = [
    ...FIELDS.flatMap((field) => termOf(field, filter[field])),
    ...(filter.search === undefined ? [] : parseSearch(filter.search)),
  ].map((term) => ({ ...term, value: fold(term.value) }));
  const byChannel = terms.filter(({ field }) => field === 'channel');
  const others = terms.filter(({ field }) => field !== 'channel');
  const isAsked = byChannel.some(({ isNegated }) => !isNegated);
  const channels = CHANNELS.filter(
    (channel) =>
      (isAsked || channel !== 'request') &&
      byChannel.every(({ value, isNegated }) => channel.startsWith(value) !== isNegated),
  );
  const { conversation } = filter;
  if (others.length === 0 && conversation === undefined) return { channels };
  const matches: Matcher = (item) =>
    (conversation === undefined || isOfConversation(item.summary, conversation)) &&
    others.every((term) => matchesTerm(term, item) !== term.isNegated);
  return { channels, matches };
}

function termOf(field: Field, value: string | undefined): Term[] {
  return value === undefined || value === '' ? [] : [{ field, value, isNegated: false }];
}

function isOfConversation({ thread, from, to }: Searched['summary'], conversation: string): boolean {
  if (thread !== undefined) return thread === conversation;
  const party = fold(compactNumber(conversation));
  return [from, ...to].some((it) => fold(compactNumber(it)) === party);
}

/** @param value folded */
function matchesTerm({ field, value }: Term, { summary, text }: Searched): boolean {
  const { from, fromName = '', to, subject, status, preview, id, thread = '' } = summary;
  if (field === 'subject') return includes(subject, value);
  if (field === 'status') return includes(status, value);
  if (field === 'from') return includesParty(from, value) || includes(fromName, value);
  if (field === 'to') return to.some((it) => includesParty(it, value));
  return (
    [from, ...to].some((it) => includesParty(it, value)) ||
    [fromName, subject, preview, id, thread].some((it) => includes(it, value)) ||
    includes(text(), value)
  );
}

function includes(text: string, value: string): boolean {
  return fold(text).includes(value);
}

/** A number is found however it is written: `+14255550123`, `1 425 555-0123`, `(425) 555-0123`. */
function includesParty(party: string, value: string): boolean {
  if (includes(party, value)) return true;
  const number = compactNumber(value);
  if (number === value) return false;
  const digits = compactNumber(party);
  return value.startsWith('+') ? digits.startsWith(number) : digits.includes(number);
}

const DOTTED_I = /i\u0307/g;

/** Folds differences that readers overlook: case, composed and combining accents, and `İ` to `i`. */
function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(DOTTED_I, 'i');
}
