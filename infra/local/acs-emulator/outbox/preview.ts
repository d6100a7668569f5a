import { readHtml } from './htmlText.ts';

const MAXIMUM_CHARACTERS = 200;

/** HTML that is read for a preview: its style sheets come first. */
const MAXIMUM_HTML_CHARACTERS = 64 * 1024;

/** Returns the first 200 characters of a string. */
export function previewOf(text: string): string {
  // Not half of a character that takes two.
  const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(MAXIMUM_CHARACTERS - 1));
  return text.slice(0, isSplit ? MAXIMUM_CHARACTERS - 1 : MAXIMUM_CHARACTERS);
}

export function previewOfHtml(html: string): string {
  return previewOf(readHtml(html, MAXIMUM_HTML_CHARACTERS).text);
}
