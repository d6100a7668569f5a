import * as z from 'zod';

/** Control characters and line separators: what comes after one could become a header of its own. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

const HAS_CONTROL = 'must not hold control characters, such as line breaks';

/** What stands in one line of an email's head. @see RFC 5322 §2.2: a field body holds no CR or LF */
export const oneLine = () => z.string().refine((text) => !CONTROL.test(text), { error: HAS_CONTROL });

/** @see RFC 5322 §2.2: printable ASCII without the colon */
const HEADER_NAME = /^[!-9;-~]{1,128}$/;

/**
 * Headers that say who sends, who receives and by which way, or what the body is: other members of the request do, under
 * the client's rights, and the mail servers on the way.
 *
 * @see RFC 5322 §3.6 (fields), RFC 2045 (MIME), RFC 6376 (DKIM), RFC 7208 (SPF), RFC 8601, RFC 8617 (ARC)
 */
const RESERVED: readonly RegExp[] = [
  /^(?:from|sender|reply-to|to|cc|bcc|subject|date|return-path|received|delivered-to|apparently-to|errors-to)$/,
  /^(?:resent|content|arc|x-ms-exchange)-/,
  /^(?:mime-version|dkim-signature|domainkey-signature|received-spf|authentication-results)$/,
];

/** Headers of the caller's own. ACS documents none that it refuses. */
export const customHeaders = () =>
  z.record(z.string(), z.string()).superRefine((headers, context) => {
    for (const [name, value] of Object.entries(headers)) {
      const message = headerProblem(name, value);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    }
  });

function headerProblem(name: string, value: string): string | undefined {
  if (!HEADER_NAME.test(name)) return 'must be named in visible ASCII characters without a colon';
  if (RESERVED.some((it) => it.test(name.toLowerCase()))) return 'is a header that callers cannot set';
  return CONTROL.test(value) ? HAS_CONTROL : undefined;
}
