import { type ClientSettings, type Environment, environment } from './contract/environment.ts';
import { issueDetails } from './contract/validate.ts';

export type AcsService = 'identity' | 'sms' | 'email' | 'chat';

export type AcsAccess =
  | { readonly kind: 'keys'; readonly endpoint: string; readonly accessKeys: readonly string[] }
  | { readonly kind: 'identity'; readonly endpoint: string; readonly clientId: string | undefined };

export type StorageAccess =
  | { readonly kind: 'connection string'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly accountName: string; readonly clientId: string | undefined };

/** Of a whole subscription. */
export interface EmailLimits {
  readonly sendsPerMinute: number;
  readonly sendsPerHour: number;
  readonly readsPerMinute: number;
  readonly readsPerHour: number;
}

export interface Settings {
  readonly clients: readonly ClientSettings[];
  readonly acs: AcsAccess;
  /** The ARM id of the ACS resource, whose events count; where it is not known, those of every one do. */
  readonly acsResourceId: string | undefined;
  readonly acsApiVersions: Readonly<Record<AcsService, string>>;
  readonly storage: StorageAccess;
  readonly sms: {
    /** Recipients per minute by sender kind or exact sender, where they differ from ACS's own limits. */
    readonly ratesPerMinute: Readonly<Record<string, number>>;
    /** How long ACS recognises a repeated message by its ids. */
    readonly repeatabilityWindowSeconds: number;
  };
  readonly email: {
    /** What ACS allows, by who verified the sender's domain. */
    readonly limits: Readonly<Record<'custom' | 'managed', EmailLimits>>;
  };
  /** How long records of what was done are kept. */
  readonly retentionDays: number;
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
    acsResourceId: it.ACS_RESOURCE_ID,
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
    email: { limits: it.EMAIL_LIMITS },
    retentionDays: it.RETENTION_DAYS,
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
