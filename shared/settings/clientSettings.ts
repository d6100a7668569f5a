import * as z from 'zod';
import { emailAddress } from '../contract/common.ts';
import { OPERATION_NAMES } from '../contract/operationNames.ts';

/** A base64 key of any length. */
export const base64Key = z.lazy(() =>
  z.base64({ error: 'must be a base64 key', abort: true }).min(8, { error: 'must be a base64 key', abort: true }),
);

/** The output length of HMAC-SHA256. @see RFC 2104 §3 */
const MINIMUM_KEY_BYTES = 32;

const clientKey = z.lazy(() =>
  base64Key.refine(
    (key) => Buffer.from(key, 'base64').length >= MINIMUM_KEY_BYTES,
    `must have at least ${MINIMUM_KEY_BYTES} bytes (create one with: openssl rand -base64 32)`,
  ),
);

/** The name of Switchboard itself, which acts for queue messages without a client. */
export const OWN_NAME = 'switchboard';

/** In `allow`: every operation. */
export const EVERY_OPERATION = '*';
/** In `allow`: may act as chat users other than the client's own. Never implied. */
export const ACT_AS = 'actAs';
/** In `allow`: may read the audit entries of all clients. Never implied. */
export const OPERATOR = 'operator';

const PERMISSIONS: ReadonlySet<string> = new Set([EVERY_OPERATION, ACT_AS, OPERATOR, ...OPERATION_NAMES]);

const permission = z.lazy(() =>
  z.string().refine((name) => PERMISSIONS.has(name), 'must be the name of an operation, *, actAs or operator'),
);

/** Messages are counted per recipient. */
export const LIMIT_NAMES = [
  'requestsPerMinute',
  'smsPerMinute',
  'smsPerDay',
  'emailsPerMinute',
  'emailsPerDay',
  'batchRecipients',
  'perRecipientPerDay',
] as const;

export type LimitName = (typeof LIMIT_NAMES)[number];

/** Absent: unlimited. */
export type Limits = Readonly<Partial<Record<LimitName, number>>>;

/** `null`: unlimited, even if a default exists. */
const limit = z.lazy(() => z.int().min(1).nullable());

const limits = {
  requestsPerMinute: limit.optional(),
  smsPerMinute: limit.optional(),
  smsPerDay: limit.optional(),
  emailsPerMinute: limit.optional(),
  emailsPerDay: limit.optional(),
  batchRecipients: limit.optional(),
  perRecipientPerDay: limit.optional(),
} satisfies Record<LimitName, z.ZodType>;

/** Instead of a list of countries: the country of the sending number. */
export const SENDER_COUNTRY = 'sender';
export const EVERY_COUNTRY = '*';

/** ISO 3166-1 alpha-2 codes, `["*"]` for every country, or the country of the sending number. */
export type Countries = typeof SENDER_COUNTRY | readonly string[];

const countries = z.lazy(() =>
  z.custom<Countries>(
    isCountries,
    'must be "sender", ["*"] or a list of ISO 3166-1 country codes, such as ["US", "GB"]',
  ),
);

function isCountries(value: unknown): value is Countries {
  if (!Array.isArray(value)) return value === SENDER_COUNTRY;
  if (value.length === 1 && value[0] === EVERY_COUNTRY) return true;
  return value.length > 0 && value.every(isCountryCode);
}

/** `UK` is an alias of `GB`, not a country code: a client with `UK` could not send to any number there. */
function isCountryCode(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Z]{2}$/.test(value)) return false;
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return names.of(value) !== undefined && new Intl.Locale(`und-${value}`).region === value;
}

const NUMBERS = /^\+[1-9](?:\d{6,14}|\d{0,13}\*)$/;

/** A phone number or a prefix and `*`; an email address or `*@` and a domain. */
const recipient = z.lazy(() =>
  z.string().refine((text) => NUMBERS.test(text) || emailAddress.safeParse(text.replace(/^\*@/, 'any@')).success, {
    error: 'must be a phone number or email address, such as +14255550123, +1425*, anna@contoso.com or *@contoso.com',
  }),
);

export const clientSettings = z.lazy(() =>
  z.strictObject({
    /** Appears in logs, outcomes and results. */
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
        'must be a short name of letters, digits, dots, dashes or underscores',
      )
      .refine((name) => name !== OWN_NAME, `must not be '${OWN_NAME}', the name of Switchboard itself`),
    /** Two keys at a time allow rotation without failed requests. */
    keys: z.array(clientKey).min(1).max(2),
    /** Operation names, `*` for every operation, `actAs` and `operator`; every operation when omitted. */
    allow: z.array(permission).optional(),
    /** Phone numbers, short codes, sender IDs and email addresses it may send from; any when omitted. */
    senders: z.array(z.string().min(1)).optional(),
    /** Phone numbers and email addresses it may send to; any when omitted. */
    recipients: z.array(recipient).optional(),
    /** Countries it may send SMS messages to; as in `DEFAULT_LIMITS` when omitted. */
    countries: countries.optional(),
    /** Limits that are omitted are as in `DEFAULT_LIMITS`. */
    limits: z.strictObject(limits).optional(),
  }),
);

export const clientList = z.lazy(() =>
  z.array(clientSettings).superRefine((list, context) => {
    for (const message of listProblems(list)) context.addIssue({ code: 'custom', message });
  }),
);

export const defaultLimits = z.lazy(() => z.strictObject({ ...limits, countries: countries.optional() }));

function* listProblems(list: readonly ClientSettings[]): Generator<string> {
  const names = list.map(({ name }) => name);
  if (new Set(names).size < names.length) yield 'must not contain two clients with the same name';
  const keys = list.map((it) => [...new Set(it.keys.map(keyIdentity))]);
  if (keys.some((own, index) => own.length < (list[index]?.keys.length ?? 0)))
    yield 'must not contain a client with the same key twice';
  const all = keys.flat();
  if (new Set(all).size < all.length) yield 'must not contain two clients with the same key';
}

/** Base64 can encode the same bytes differently, and HMAC pads keys with zeros (RFC 2104 §2). */
function keyIdentity(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('hex', 0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

/** The keys in this repository's settings and tests have a prefix that identifies them. */
export function isLocalKey(base64: string): boolean {
  return /^(?:local|test)-only-/.test(Buffer.from(base64, 'base64').toString('latin1'));
}

export type ClientSettings = z.output<typeof clientSettings>;
export type DefaultLimits = z.output<typeof defaultLimits>;
