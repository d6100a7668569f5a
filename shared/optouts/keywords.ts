import { keywordOf, OPT_IN_KEYWORDS } from '../contract/smsOptOuts.ts';

export type Consent = 'optedOut' | 'optedIn';

/**
 * The usual keywords, and the words that revoke consent by law in the United States.
 *
 * @see https://learn.microsoft.com/azure/communication-services/concepts/sms/sms-faq
 * @see https://www.ecfr.gov/current/title-47/section-64.1200 47 CFR 64.1200(a)(10)
 */
const OPT_OUT_KEYWORDS = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'];

/** Reads what a person wants who sends a message; undefined when the whole message is none of the keywords. */
export type ReadConsent = (message: string) => Consent | undefined;

/** @param moreOptOuts keywords besides the usual ones, in any spelling */
export function consentReader(moreOptOuts: readonly string[]): ReadConsent {
  const optOuts = new Set([...OPT_OUT_KEYWORDS, ...moreOptOuts].map(keywordOf));
  const optIns = new Set<string>(OPT_IN_KEYWORDS);
  return (message) => {
    const keyword = keywordOf(message);
    if (optIns.has(keyword)) return 'optedIn';
    return optOuts.has(keyword) ? 'optedOut' : undefined;
  };
}
