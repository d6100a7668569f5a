export type Consent = 'optedOut' | 'optedIn';

/** @see "SMS FAQ" (ACS): "How does Azure Communication Services handle opt-outs" */
const CONSENT_BY_KEYWORD: ReadonlyMap<string, Consent> = new Map([
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'].map((word) => [word, 'optedOut'] as const),
  ...['START', 'UNSTOP'].map((word) => [word, 'optedIn'] as const),
]);

/** One word, whatever spaces and punctuation stand around it. */
const ONE_WORD = /^[\p{P}\p{S}\p{Z}\p{C}]*(\p{L}+)[\p{P}\p{S}\p{Z}\p{C}]*$/u;

/** What a person wants who answers with this message; undefined when it is none of the keywords, in any case. */
export function consentOf(message: string): Consent | undefined {
  const [, word = ''] = ONE_WORD.exec(message) ?? [];
  return CONSENT_BY_KEYWORD.get(word.toUpperCase());
}
