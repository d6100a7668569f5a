import * as z from 'zod';

// Here and in the files beside this one, a schema is made at its first use (`z.lazy`): making all of them while the
// functions load would take as long as loading zod.

// `meta` names a schema in the API's description, and holds examples of it.

/** What goes over the wire, by the schema that checks it, where JSON Schema has no words for what that one does. */
export const onTheWire = new WeakMap<z.core.$ZodType, z.ZodType>();

/** Has a schema described as what goes over the wire. @returns the schema */
export function describedAs<Schema extends z.ZodType>(wire: z.ZodType, schema: Schema): Schema {
  onTheWire.set(schema, wire);
  return schema;
}

/** The characters of RFC 5322 §3.2.3 in any order, and a domain of two or more labels (RFC 1123 §2.1). */
const EMAIL_ADDRESS =
  /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$/;

function checkedAddress(text: z.ZodString): z.ZodString {
  return text.max(320).regex(EMAIL_ADDRESS, {
    error: ({ input }) =>
      /^\p{ASCII}*$/u.test(String(input))
        ? 'must be an email address, such as anna@contoso.com'
        : 'must be an email address in ASCII; write a domain in its xn-- form',
  });
}

/** Addresses in ASCII: it is not documented that ACS takes others, and few mail servers do (RFC 6531). */
export const emailAddress = z.lazy(() => checkedAddress(z.string()));

/** Also one that stands in angle brackets, which ACS takes where there is no display name; they are left out. */
export const senderAddress = z.lazy(() => checkedAddress(z.string().overwrite(withoutBrackets)));

/** `<a@b.example>` → `a@b.example`. @see https://github.com/Azure/azure-sdk-for-java/issues/39910 */
export function withoutBrackets(address: string): string {
  return /^<([^<>]*)>$/.exec(address)?.[1] ?? address;
}

/** Any RFC 3339 date-time with a zone; ACS's services write three different ones. */
export const dateTime = z.lazy(() =>
  z.iso.datetime({ offset: true, error: 'must be a date-time, such as 2026-01-15T08:30:00Z' }),
);

/** RFC 1123, as in HTTP headers. */
export const httpDate = z.lazy(() =>
  z.string().refine((text) => !Number.isNaN(Date.parse(text)) && new Date(Date.parse(text)).toUTCString() === text, {
    error: 'must be an RFC 1123 date in GMT, such as Thu, 15 Jan 2026 08:30:00 GMT',
  }),
);

/** A whole number that arrives as text in a query and as a number in a queue message. */
export function wholeNumber(minimum: number, maximum: number) {
  const text = z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number);
  const number = z.int().min(minimum).max(maximum);
  return describedAs(number, z.union([z.int(), text], { error: 'must be a whole number' }).pipe(number));
}

/**
 * A path parameter: some text without control characters. URL parsers drop the segments `.` and `..`, so that the
 * request would go to another path; half a surrogate pair cannot be percent-encoded.
 */
export const identifierText = z.lazy(() =>
  z
    .string()
    .min(1)
    .max(512)
    .regex(/^\P{Cc}+$/u, 'must not hold control characters')
    .refine((text) => text.isWellFormed() && text !== '.' && text !== '..', { error: 'cannot stand in a URL' }),
);

/** Chat metadata: text values, at most 1 KB in total. @see ACS Chat REST 2025-03-15 */
export const chatMetadata = z.lazy(() =>
  z
    .record(z.string(), z.string())
    .refine((entries) => Buffer.byteLength(JSON.stringify(entries)) <= 1024, { error: 'must not exceed 1 KB' }),
);

/** ACS's error envelope, on every answer that is an error. */
export const errorEnvelope = z.lazy(() =>
  z
    .object({
      error: z.object({
        code: z.string(),
        message: z.string(),
        target: z.string().optional(),
        details: z.array(z.object({ code: z.string(), message: z.string(), target: z.string() })).optional(),
      }),
    })
    .meta({ id: 'ErrorEnvelope' }),
);

/** The parameters of an operation that has none. */
export const noParams = z.lazy(() => z.strictObject({}));

/** The body of an operation that has none; an empty object does no harm. */
export const noBody = z.lazy(() => z.union([z.undefined(), z.null(), z.strictObject({})], { error: 'takes no body' }));

/** What an api-version looks like: a date, and perhaps a word such as `preview`. */
export const API_VERSION_PATTERN = /^\d{4}-\d{2}-\d{2}(?:-[A-Za-z0-9]+)?$/;

/** The caller's own name for a request: visible ASCII. */
export const IDEMPOTENCY_KEY_PATTERN = /^[\x21-\x7e]{1,256}$/;

/** Bytes of a request's body, where its operation says nothing else. */
export const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;

/** The api-version in links that Switchboard makes itself; callers may send any. */
export const API_VERSION = '2024-03-15';
