/** Accents of Latin letters, and the variation selectors that follow emoji. */
const ACCENTS = /[\u0300-\u036f\ufe00-\ufe0f]/g;

/** Whatever is no part of a word in any script: spaces, punctuation, symbols, invisible characters. */
const NO_WORD = /[^\p{L}\p{M}\p{N}]/gu;

/**
 * What a keyword and every message that stands for it have in common: `Opt-out.`, `OPT OUT` and `ｏｐｔｏｕｔ` are all `OPTOUT`,
 * and `Arrêt` is `ARRET`.
 */
export function keywordOf(text: string): string {
  return text.normalize('NFKD').replaceAll(ACCENTS, '').replaceAll(NO_WORD, '').toUpperCase();
}

/** @see "SMS FAQ" (ACS): opting in again, after which ACS delivers again, too */
export const OPT_IN_KEYWORDS = ['START', 'UNSTOP'] as const;
