import * as z from 'zod';
import { LOOPBACK } from './loopback.ts';

/** Any origin; must be the only entry. */
export const ANY_ORIGIN = '*';

const FORM = /^https?:\/\/[^/\\?#@*\s]+$/i;

function isOrigin(text: string): boolean {
  if (!FORM.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || LOOPBACK.test(hostname);
}

/** Origins separated by commas, as in the header `Origin` of browsers. @see RFC 6454 §6.2 */
export const originList = z.lazy(() =>
  z
    .string()
    .transform((text) => text.split(',').flatMap((it) => it.trim() || []))
    .refine((list) => !list.includes(ANY_ORIGIN) || list.length === 1, `'${ANY_ORIGIN}' must be the only origin`)
    .refine((list) => list.every((it) => it === ANY_ORIGIN || isOrigin(it)), {
      error:
        'must be origins such as https://app.example.com, without a path or trailing slash, separated by commas (http is for localhost only)',
    })
    .transform((list) => new Set(list.map((it) => (it === ANY_ORIGIN ? it : new URL(it).origin)))),
);
