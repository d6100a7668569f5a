import { findCodes } from './findCodes.ts';
import { readHtml } from './htmlText.ts';

/** What a person would copy from a message, in order and without repetitions. */
export interface Copyable {
  readonly codes: string[];
  readonly links: string[];
}

/** Of each string; what comes later is not searched. */
const MAXIMUM_CHARACTERS = 256 * 1024;
const MAXIMUM_LINKS = 1000;

// Ends before white space, quotes, angle brackets, and the punctuation of Chinese and Japanese, which has no spaces around it.
const LINK = /https?:\/\/[^\s"'<>`«»“”‘’、。，！？；：（）【】「」『』《》]+/gi;

/**
 * Finds the one-time codes and the http(s) links of a message.
 *
 * @param strings in the order in which codes are looked for, e.g. subject and body
 */
export function findCopyable(strings: readonly string[], html?: string): Copyable {
  const plain = strings.map((text) => text.slice(0, MAXIMUM_CHARACTERS));
  const document = html === undefined ? undefined : readHtml(html, MAXIMUM_CHARACTERS);
  const all = document ? [...plain, document.text] : plain;
  const links = [...all.flatMap(linksIn), ...(document?.hrefs ?? []).filter((href) => /^https?:\/\//i.test(href))];
  return {
    codes: findCodes(all.map((text) => text.replace(LINK, ' '))),
    links: [...new Set(links)].filter((link) => URL.canParse(link)).slice(0, MAXIMUM_LINKS),
  };
}

function linksIn(text: string): string[] {
  return Array.from(text.matchAll(LINK), ([link]) => withoutPunctuation(link));
}

const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Removes what belongs to the sentence around a link; brackets that the link opens are its own. */
function withoutPunctuation(link: string): string {
  const open = new Map(Object.entries(CLOSING).map(([close, it]) => [close, count(link, it) - count(link, close)]));
  let end = link.length;
  for (; end > 0; end -= 1) {
    const last = link.charAt(end - 1);
    const balance = open.get(last);
    if (balance === undefined ? !'.,;:!?*_'.includes(last) : balance >= 0) break;
    if (balance !== undefined) open.set(last, balance + 1);
  }
  return link.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
