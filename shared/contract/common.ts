import * as z from 'zod';

// In this folder, a schema is created on first use (`z.lazy`): creating all of them while the functions load would take as
// long as loading zod. Descriptions and examples (`describe`, `meta`) end up in the OpenAPI document.

/** For schemas that JSON Schema cannot express: the schema of what is sent over the wire. */
export const onTheWire = new WeakMap<z.core.$ZodType, z.ZodType>();

/** Documents `schema` as `wire` in the OpenAPI document. @returns `schema` */
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

/** ASCII only: ACS does not document that it accepts other addresses, and few mail servers do (RFC 6531). */
export const emailAddress = z.lazy(() => checkedAddress(z.string()));

/** Also accepts an address in angle brackets, as ACS does when there is no display name, and removes them. */
export const senderAddress = z.lazy(() => checkedAddress(z.string().overwrite(withoutBrackets)));

/** `<a@b.example>` → `a@b.example`. @see https://github.com/Azure/azure-sdk-for-java/issues/39910 */
export function withoutBrackets(address: string): string {
  return /^<([^<>]*)>$/.exec(address)?.[1] ?? address;
}

/** Any RFC 3339 date-time with a time zone; ACS's services use three different notations. */
export const dateTime = z.lazy(() =>
  z.iso.datetime({ offset: true, error: 'must be a date-time with a time zone, such as 2026-01-15T08:30:00Z' }),
);

/** RFC 1123, as in HTTP headers. */
export const httpDate = z.lazy(() =>
  z.string().refine((text) => !Number.isNaN(Date.parse(text)) && new Date(Date.parse(text)).toUTCString() === text, {
    error: 'must be an RFC 1123 date in GMT, such as Thu, 15 Jan 2026 08:30:00 GMT',
  }),
);

/** A whole number: a string in a query, a number in a queue message. */
export function wholeNumber(minimum: number, maximum: number) {
  const text = z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number);
  const number = z.int().min(minimum).max(maximum);
  return describedAs(number, z.union([z.int(), text], { error: 'must be a whole number' }).pipe(number));
}

/**
 * A path parameter: any string without control characters. URL parsers remove the segments `.` and `..`, so that the
 * request would reach another path; half a surrogate pair cannot be percent-encoded.
 */
export const identifierText = z.lazy(() =>
  z
    .string()
    .min(1)
    .max(512)
    .regex(/^\P{Cc}+$/u, 'must not contain control characters')
    .refine((text) => text.isWellFormed() && text !== '.' && text !== '..', { error: 'cannot be part of a URL' }),
);

/** String values, at most 1 KB in total. @see ACS Chat REST 2025-03-15 */
export const chatMetadata = z.lazy(() =>
  z
    .record(z.string(), z.string())
    .refine((entries) => Buffer.byteLength(JSON.stringify(entries)) <= 1024, { error: 'must not exceed 1 KB' }),
);

export const nextLink = z.lazy(() => z.string().describe('URL of the next page. Absent on the last page.'));

const errorDetail = z.lazy(() =>
  z.object({
    code: z.string().describe('`InvalidField`, `UnknownField`, or a code of ACS.'),
    message: z.string().describe('What is wrong with the field.'),
    target: z.string().describe('JSON path of the field, such as `smsRecipients[3].to`.'),
  }),
);

/** ACS's error envelope. */
export const errorEnvelope = z.lazy(() =>
  z
    .object({
      error: z
        .object({
          code: z.string().describe('The error code, as in the header `x-ms-error-code`.'),
          message: z.string().describe('An explanation for developers.'),
          target: z.string().optional().describe('The field, parameter or header that is wrong.'),
          details: z.array(errorDetail).optional().describe('One entry for each invalid field, 100 at most.'),
        })
        .describe('The error.'),
    })
    .meta({ id: 'ErrorEnvelope', description: 'The body of every error response, in the format of ACS.' }),
);

/** The parameters of an operation that has none. */
export const noParams = z.lazy(() => z.strictObject({}));

/** The body of an operation that has none; an empty object is harmless. */
export const noBody = z.lazy(() =>
  z.union([z.undefined(), z.null(), z.strictObject({})], { error: 'must be absent: this operation takes no body' }),
);

/** An api-version: a date, optionally followed by a word such as `preview`. */
export const API_VERSION_PATTERN = /^\d{4}-\d{2}-\d{2}(?:-[A-Za-z0-9]+)?$/;

/** Visible ASCII. */
export const IDEMPOTENCY_KEY_PATTERN = /^[\x21-\x7e]{1,256}$/;

/** A UUID, also without hyphens: the SDK for .NET has been recorded with both. */
export const CLIENT_REQUEST_ID_PATTERN = /^[\da-f]{8}(?:(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{24})$/i;

/** Maximum size of a request body, unless the operation sets another. */
export const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;

/** The content type of a JSON body in a request. @see RFC 7396 (JSON Merge Patch) for a PATCH */
export function bodyTypeOf(method: string): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
}

/** The api-version in links that Switchboard creates; callers may send any. */
export const API_VERSION = '2024-03-15';

/**
 * Returns the URL of the next page; undefined on the last page.
 *
 * @param url of the list
 * @param next where the next page starts; undefined on the last page
 * @param query the other parameters of the request; undefined ones are left out
 */
export function nextLinkOf(
  url: string,
  next: string | number | undefined,
  query: Readonly<Record<string, string | number | undefined>>,
): string | undefined {
  if (next === undefined) return undefined;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, after: next, 'api-version': API_VERSION })) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return `${url}?${parameters}`;
}
