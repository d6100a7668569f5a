import * as z from 'zod';
import { issueDetails } from './contract/validate.ts';

/** Two keys in one go, so that a key can be changed without a failed call. */
const base64Key = z.lazy(() => z.base64({ error: 'must be a base64 key', abort: true }).min(8, 'must be a base64 key'));

/** The name under which Switchboard acts for queue messages that name no client. */
export const OWN_NAME = 'switchboard';

const client = z.lazy(() =>
  z.strictObject({
    /** Shown in logs, outcomes and results. */
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be a short name of letters, digits, dots or dashes'),
    keys: z.array(base64Key).min(1).max(2),
    /** Operation names, `*` for every operation, and `actAs` to act as other chat users; every operation when omitted. */
    allow: z.array(z.string().min(1)).optional(),
    /** Phone numbers, short codes, sender IDs and e-mail addresses it may send from; any when omitted. */
    senders: z.array(z.string().min(1)).optional(),
  }),
);

const clients = z.lazy(() =>
  z.array(client).superRefine((list, context) => {
    const names = list.map(({ name }) => name);
    if (new Set(names).size < names.length) context.addIssue({ code: 'custom', message: 'two clients have one name' });
    const keys = list.flatMap((it) => it.keys);
    if (new Set(keys).size < keys.length) context.addIssue({ code: 'custom', message: 'two clients share one key' });
  }),
);

/** A JSON text as the value of one setting. */
function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context) => parseJson(text, context))
    .pipe(schema);
}

function parseJson(text: string, context: z.core.$RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not valid JSON' }); // never V8's text, which quotes the value
    return z.NEVER;
  }
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** https anywhere, http only to this machine: keys and tokens never travel in clear. */
const endpoint = z.lazy(() =>
  z.url({ protocol: /^https?$/, abort: true }).refine((text) => {
    const url = new URL(text);
    return url.protocol === 'https:' || LOOPBACK.test(url.hostname);
  }, 'must be https (http is for localhost only)'),
);

const connectionString = z.lazy(() =>
  z
    .string()
    .regex(/endpoint=(.*);accesskey=(.*)/i, 'must read endpoint=https://…;accesskey=…')
    .transform((text) => {
      const [, url = '', key = ''] = /endpoint=(.*);accesskey=([^;]*)/i.exec(text) ?? [];
      return { endpoint: url, accessKey: key };
    })
    .pipe(z.object({ endpoint, accessKey: base64Key })),
);

const apiVersion = (stable: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}(?:-preview\d*)?$/, 'must be an api-version')
    .default(stable);

const environment = z.lazy(() =>
  z
    .object({
      CLIENTS: json(clients).default([]),
      ACS_CONNECTION_STRING: connectionString.optional(),
      ACS_CONNECTION_STRING_SECONDARY: connectionString.optional(),
      ACS_ENDPOINT: endpoint.optional(),
      AZURE_CLIENT_ID: z.guid().optional(),
      ACS_API_VERSION_IDENTITY: apiVersion('2023-10-01'),
      ACS_API_VERSION_SMS: apiVersion('2021-03-07'),
      ACS_API_VERSION_EMAIL: apiVersion('2025-09-01'),
      ACS_API_VERSION_CHAT: apiVersion('2025-03-15'),
      SMS_RATES_PER_MINUTE: json(z.record(z.string(), z.number().positive())).default({}),
      SMS_REPEATABILITY_WINDOW_SECONDS: z.coerce.number().int().min(30).max(86_400).default(300),
      PUBLIC_URL: endpoint.optional(),
      WEBSITE_HOSTNAME: z.string().optional(),
      AzureWebJobsStorage: z.string().min(1).optional(),
      AzureWebJobsStorage__accountName: z.string().min(3).optional(),
      AzureWebJobsStorage__clientId: z.guid().optional(),
    })
    .superRefine((it, context) => {
      const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
      if (!it.ACS_CONNECTION_STRING && !it.ACS_ENDPOINT) {
        problem('ACS_CONNECTION_STRING', 'is missing (or ACS_ENDPOINT, to use the managed identity)');
      }
      if (it.ACS_CONNECTION_STRING && it.ACS_ENDPOINT) {
        problem('ACS_ENDPOINT', 'and ACS_CONNECTION_STRING exclude each other');
      }
      if (it.ACS_CONNECTION_STRING_SECONDARY && !it.ACS_CONNECTION_STRING) {
        problem('ACS_CONNECTION_STRING_SECONDARY', 'needs ACS_CONNECTION_STRING');
      }
      if (!it.AzureWebJobsStorage && !it.AzureWebJobsStorage__accountName) {
        problem('AzureWebJobsStorage', 'is missing (or AzureWebJobsStorage__accountName, to use the managed identity)');
      }
    }),
);

type Environment = z.output<typeof environment>;

export type AcsService = 'identity' | 'sms' | 'email' | 'chat';

export type AcsAccess =
  | { readonly kind: 'keys'; readonly endpoint: string; readonly accessKeys: readonly string[] }
  | { readonly kind: 'identity'; readonly endpoint: string; readonly clientId: string | undefined };

export type StorageAccess =
  | { readonly kind: 'connection string'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly accountName: string; readonly clientId: string | undefined };

export type ClientSettings = z.output<typeof client>;

export interface Settings {
  readonly clients: readonly ClientSettings[];
  readonly acs: AcsAccess;
  readonly acsApiVersions: Readonly<Record<AcsService, string>>;
  readonly storage: StorageAccess;
  readonly sms: {
    /** Recipients per minute by sender kind or exact sender, where they differ from ACS's own limits. */
    readonly ratesPerMinute: Readonly<Record<string, number>>;
    /** How long ACS recognises a repeated message by its ids. */
    readonly repeatabilityWindowSeconds: number;
  };
  /** Where callers reach Switchboard (no slash at the end), when it is not the address that they call. */
  readonly publicUrl: string | undefined;
  /** Switchboard's own address by what the platform says: for links in answers that no HTTP request asked for. */
  readonly ownUrl: string;
}

/** Settings that cannot be used: one line for each, none with the value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Unusable settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads the settings from environment variables; an empty variable counts as absent.
 *
 * @throws SettingsError with a line for each wrong setting
 */
export function readSettings(variables: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value));
  const result = environment.safeParse(present);
  if (!result.success) {
    const details = result.error.issues.flatMap(issueDetails);
    throw new SettingsError(details.map(({ target, message }) => `${target}: ${message}`));
  }
  return Object.freeze(toSettings(result.data));
}

function toSettings(it: Environment): Settings {
  const publicUrl = it.PUBLIC_URL?.replace(/\/+$/, '');
  return {
    clients: it.CLIENTS,
    acs: acsAccess(it),
    acsApiVersions: {
      identity: it.ACS_API_VERSION_IDENTITY,
      sms: it.ACS_API_VERSION_SMS,
      email: it.ACS_API_VERSION_EMAIL,
      chat: it.ACS_API_VERSION_CHAT,
    },
    storage: it.AzureWebJobsStorage
      ? { kind: 'connection string', connectionString: it.AzureWebJobsStorage }
      : {
          kind: 'identity',
          accountName: it.AzureWebJobsStorage__accountName ?? '',
          clientId: it.AzureWebJobsStorage__clientId,
        },
    sms: {
      ratesPerMinute: it.SMS_RATES_PER_MINUTE,
      repeatabilityWindowSeconds: it.SMS_REPEATABILITY_WINDOW_SECONDS,
    },
    publicUrl,
    ownUrl: publicUrl ?? `https://${it.WEBSITE_HOSTNAME ?? 'localhost'}`,
  };
}

function acsAccess(it: Environment): AcsAccess {
  const primary = it.ACS_CONNECTION_STRING;
  if (!primary) return { kind: 'identity', endpoint: it.ACS_ENDPOINT ?? '', clientId: it.AZURE_CLIENT_ID };
  const keys = [primary.accessKey, it.ACS_CONNECTION_STRING_SECONDARY?.accessKey].filter((key) => key !== undefined);
  return { kind: 'keys', endpoint: primary.endpoint, accessKeys: [...new Set(keys)] };
}
