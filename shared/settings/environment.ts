import * as z from 'zod';
import { acsResourceId } from '../contract/acsEvent.ts';
import { MINIMUM_WINDOW_SECONDS, REQUEST_DEADLINE_MILLISECONDS } from '../contract/sendWindow.ts';
import { keywordOf, OPT_IN_KEYWORDS } from '../contract/smsOptOuts.ts';
import { base64Key, type ClientSettings, clientList, defaultLimits, isLocalKey } from './clientSettings.ts';
import { LOOPBACK } from './loopback.ts';
import { originList } from './origins.ts';

/** A setting whose value is JSON. */
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
    context.addIssue({ code: 'custom', message: 'is not valid JSON' }); // V8's message would quote the value
    return z.NEVER;
  }
}

/** https, or http on this machine: keys and tokens are never sent unencrypted. */
const endpoint = z.lazy(() =>
  z.url({ protocol: /^https?$/, abort: true }).refine((text) => {
    const url = new URL(text);
    return url.protocol === 'https:' || LOOPBACK.test(url.hostname);
  }, 'must be https (http is for localhost only)'),
);

const CONNECTION_STRING = /^\s*endpoint=([^;]*);accesskey=([^;]*)/i;

const connectionString = z.lazy(() =>
  z
    .string()
    .regex(CONNECTION_STRING, 'must have the form endpoint=https://…;accesskey=…')
    .transform((text) => {
      const [, url = '', key = ''] = CONNECTION_STRING.exec(text) ?? [];
      return { endpoint: url, accessKey: key };
    })
    .pipe(z.object({ endpoint, accessKey: base64Key })),
);

const apiVersion = (stable: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}(?:-preview\d*)?$/, 'must be an API version, such as 2025-09-01')
    .default(stable);

/** For one kind of email domain; the defaults are ACS's limits of new subscriptions. @see "Service limits" (ACS) */
const emailLimits = (sendsPerMinute: number, sendsPerHour: number, readsPerMinute: number, readsPerHour: number) => {
  const limit = (fallback: number) => z.int().min(1).default(fallback);
  return z
    .strictObject({
      sendsPerMinute: limit(sendsPerMinute),
      sendsPerHour: limit(sendsPerHour),
      readsPerMinute: limit(readsPerMinute),
      readsPerHour: limit(readsPerHour),
    })
    .prefault({});
};

/** In seconds. A shorter window would not leave time for a single retry. */
const repeatabilityWindow = z.lazy(() =>
  z.coerce
    .number()
    .int()
    .min(
      MINIMUM_WINDOW_SECONDS,
      `must be at least ${MINIMUM_WINDOW_SECONDS} seconds: a request may take ${REQUEST_DEADLINE_MILLISECONDS / 1000} seconds, and must end within the window`,
    )
    .max(86_400),
);

const emailLimitsByKind = z.lazy(() =>
  z.strictObject({ custom: emailLimits(30, 100, 60, 200), managed: emailLimits(5, 10, 10, 20) }).prefault({}),
);

const MAXIMUM_KEYWORD_LENGTH = 40;

/** Words and short phrases, separated by commas. */
const optOutKeywords = z.lazy(() =>
  z.string().transform((text, context) => {
    const keywords = text.split(',').map((it) => it.trim());
    for (const problem of new Set(keywords.map(keywordProblem))) {
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    }
    return keywords;
  }),
);

function keywordProblem(text: string): string | undefined {
  const keyword = keywordOf(text);
  if (keyword === '') return 'must be words separated by commas, such as ARRET,STOPP (one has no letter or digit)';
  if (text.length > MAXIMUM_KEYWORD_LENGTH)
    return `must not contain keywords of more than ${MAXIMUM_KEYWORD_LENGTH} characters`;
  if (OPT_IN_KEYWORDS.some((it) => it === keyword))
    return `must not contain ${keyword}, with which people opt in again`;
  return undefined;
}

/** Switchboard's app settings, as environment variables. */
export const environment = z.lazy(() =>
  z
    .object({
      /**
       * JSON: the clients, `[{ "name", "keys": [1 or 2, base64, at least 32 bytes], "allow"?, "senders"?,
       * "recipients"?, "countries"?, "limits"? }]`. Without clients, every call gets a 401.
       */
      CLIENTS: json(clientList).default([]),
      /**
       * JSON: the `limits` and `countries` of clients that do not set their own. If not set, nothing is limited; the
       * Azure templates set it.
       */
      DEFAULT_LIMITS: json(defaultLimits).prefault('{}'),
      /** `endpoint=…;accesskey=…` of the ACS resource. */
      ACS_CONNECTION_STRING: connectionString.optional(),
      /**
       * The same with the resource’s other key, used when ACS answers 401, so that keys can be regenerated in turn.
       */
      ACS_CONNECTION_STRING_SECONDARY: connectionString.optional(),
      /**
       * Address of the ACS resource, instead of connection strings: Switchboard authenticates with the managed
       * identity.
       */
      ACS_ENDPOINT: endpoint.optional(),
      /**
       * Resource id of the ACS resource: events of any other resource are dropped. If not set, events of every ACS
       * resource are accepted.
       */
      ACS_RESOURCE_ID: acsResourceId.optional(),
      /** Client id of a user-assigned managed identity, for ACS and Application Insights. */
      AZURE_CLIENT_ID: z.guid().optional(),
      /** API version for identities at ACS. */
      ACS_API_VERSION_IDENTITY: apiVersion('2023-10-01'),
      /** API version for SMS at ACS. */
      ACS_API_VERSION_SMS: apiVersion('2026-01-23'),
      /** API version for email at ACS. */
      ACS_API_VERSION_EMAIL: apiVersion('2025-09-01'),
      /** API version for chat at ACS. */
      ACS_API_VERSION_CHAT: apiVersion('2025-03-15'),
      /**
       * JSON: recipients per minute by sender kind (`tollFree` 200, `shortCode` 6000, `longCode` 200, `alphanumeric`
       * 600 for the whole resource) or by sender, where yours differ from these.
       */
      SMS_RATES_PER_MINUTE: json(z.record(z.string(), z.number().positive())).default({}),
      /** Words or phrases, separated by commas, that also opt a person out, such as `ARRET, STOPP`. */
      SMS_OPT_OUT_KEYWORDS: optOutKeywords.default([]),
      /**
       * How long ACS recognises a repeated SMS message (26 to 86400). No repetition starts in the last 16 seconds: a
       * request may take 10, clocks may differ by 5, and ACS receives whole seconds.
       */
      SMS_REPEATABILITY_WINDOW_SECONDS: repeatabilityWindow.default(300),
      /**
       * JSON: your quota at ACS where it differs from `{ "custom": { "sendsPerMinute": 30, "sendsPerHour": 100,
       * "readsPerMinute": 60, "readsPerHour": 200 }, "managed": { … 5, 10, 10, 20 } }`; `managed` are Azure-managed
       * domains (`….azurecomm.net`).
       */
      EMAIL_LIMITS: json(emailLimitsByKind).prefault('{}'),
      /**
       * How long records are kept (14 to 3650): recipients and results of batches (from their completion), status of
       * email and SMS messages, responses stored for `Idempotency-Key`, dropped events.
       */
      RETENTION_DAYS: z.coerce.number().int().min(14).max(3650).default(30),
      /**
       * How long the audit log is kept, at least `RETENTION_DAYS`; 0 turns it off. If not set, 365 on Azure and 0
       * elsewhere.
       */
      AUDIT_RETENTION_DAYS: z.coerce.number().int().min(0).max(3650).optional(),
      /**
       * Switchboard’s address as callers see it, used in `Location`, `Operation-Location` and `nextLink`. **Required
       * with a custom domain or a gateway in front** (Front Door, Application Gateway, API Management), because
       * callers sign its host.
       */
      PUBLIC_URL: endpoint.optional(),
      /** `off`: chat accepts no access tokens of users, so that every caller must sign. */
      USER_TOKENS: z.enum(['on', 'off']).default('on'),
      /**
       * Origins of the web pages that may call chat from a browser, separated by commas and without a trailing slash:
       * `https://app.contoso.com,http://localhost:5173`. `*` alone allows any origin. If not set, none is allowed.
       */
      CORS_ORIGINS: originList.prefault(''),
      WEBSITE_HOSTNAME: z.string().optional(),
      WEBSITE_SITE_NAME: z.string().optional(),
      WEBSITE_INSTANCE_ID: z.string().optional(),
      /** Storage connection string. */
      AzureWebJobsStorage: z.string().min(1).optional(),
      /**
       * Name of the storage account, instead of a connection string: the app authenticates with the managed identity.
       */
      AzureWebJobsStorage__accountName: z.string().min(3).optional(),
      /** Client id of a user-assigned managed identity, for storage. */
      AzureWebJobsStorage__clientId: z.guid().optional(),
    })
    .superRefine((it, context) => {
      for (const [path, message] of [...acsProblems(it), ...storageProblems(it), ...localKeyProblems(it)]) {
        context.addIssue({ code: 'custom', path: [path], message });
      }
    }),
);

type Problem = readonly [setting: string, message: string];

interface AcsVariables {
  readonly ACS_CONNECTION_STRING?: { readonly endpoint: string } | undefined;
  readonly ACS_CONNECTION_STRING_SECONDARY?: { readonly endpoint: string } | undefined;
  readonly ACS_ENDPOINT?: string | undefined;
}

function* acsProblems(it: AcsVariables): Generator<Problem> {
  const { ACS_CONNECTION_STRING: primary, ACS_CONNECTION_STRING_SECONDARY: secondary, ACS_ENDPOINT } = it;
  if (!primary && !ACS_ENDPOINT) {
    yield ['ACS_CONNECTION_STRING', 'is required (or ACS_ENDPOINT, to use the managed identity)'];
  }
  if (primary && ACS_ENDPOINT) yield ['ACS_ENDPOINT', 'cannot be combined with ACS_CONNECTION_STRING'];
  if (secondary && !primary) yield ['ACS_CONNECTION_STRING_SECONDARY', 'requires ACS_CONNECTION_STRING'];
  if (primary && secondary && primary.endpoint !== secondary.endpoint) {
    yield ['ACS_CONNECTION_STRING_SECONDARY', 'must have the same endpoint as ACS_CONNECTION_STRING'];
  }
}

interface StorageVariables {
  readonly AzureWebJobsStorage?: string | undefined;
  readonly AzureWebJobsStorage__accountName?: string | undefined;
}

function* storageProblems(it: StorageVariables): Generator<Problem> {
  if (it.AzureWebJobsStorage || it.AzureWebJobsStorage__accountName) return;
  yield ['AzureWebJobsStorage', 'is required (or AzureWebJobsStorage__accountName, to use the managed identity)'];
}

interface KeyVariables {
  readonly CLIENTS: readonly ClientSettings[];
  readonly ACS_CONNECTION_STRING?: { readonly accessKey: string } | undefined;
  readonly ACS_CONNECTION_STRING_SECONDARY?: { readonly accessKey: string } | undefined;
  readonly WEBSITE_SITE_NAME?: string | undefined;
  readonly WEBSITE_INSTANCE_ID?: string | undefined;
}

/** @see https://learn.microsoft.com/azure/app-service/reference-app-settings#app-environment */
export function isOnAzure(it: Pick<KeyVariables, 'WEBSITE_SITE_NAME' | 'WEBSITE_INSTANCE_ID'>): boolean {
  return Boolean(it.WEBSITE_SITE_NAME || it.WEBSITE_INSTANCE_ID);
}

/** Keys that are public in the repository must not give access to an app on Azure. */
function* localKeyProblems(it: KeyVariables): Generator<Problem> {
  if (!isOnAzure(it)) return;
  const problem = 'contains a key for local use only, which is public in the repository';
  if (it.CLIENTS.some(({ keys }) => keys.some(isLocalKey))) yield ['CLIENTS', problem];
  for (const name of ['ACS_CONNECTION_STRING', 'ACS_CONNECTION_STRING_SECONDARY'] as const) {
    const key = it[name]?.accessKey;
    if (key !== undefined && isLocalKey(key)) yield [name, problem];
  }
}

export type Environment = z.output<typeof environment>;
