import type * as z from 'zod';
import { issueDetails, plainMessage } from '../contract/validate.ts';
import type { ClientSettings, DefaultLimits } from './clientSettings.ts';
import { type Environment, environment, isOnAzure } from './environment.ts';
import { LOOPBACK } from './loopback.ts';
import { TELEMETRY_DESTINATIONS, type TelemetryEnvironment, telemetryEnvironment } from './telemetryEnvironment.ts';

export type AcsService = 'identity' | 'sms' | 'email' | 'chat';

export type AcsAccess =
  | { readonly kind: 'keys'; readonly endpoint: string; readonly accessKeys: readonly string[] }
  | { readonly kind: 'identity'; readonly endpoint: string; readonly clientId: string | undefined };

export type StorageAccess =
  | { readonly kind: 'connection string'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly accountName: string; readonly clientId: string | undefined };

/** ACS's limits for a whole subscription. */
export interface EmailLimits {
  readonly sendsPerMinute: number;
  readonly sendsPerHour: number;
  readonly readsPerMinute: number;
  readonly readsPerHour: number;
}

export interface Settings {
  readonly clients: readonly ClientSettings[];
  /** For clients without limits of their own. */
  readonly defaultLimits: DefaultLimits;
  readonly acs: AcsAccess;
  /** ARM id of the ACS resource whose events are processed; without it, events of all resources are. */
  readonly acsResourceId: string | undefined;
  readonly acsApiVersions: Readonly<Record<AcsService, string>>;
  readonly storage: StorageAccess;
  readonly sms: {
    /** Recipients per minute by kind of sender or exact sender, if they differ from ACS's own limits. */
    readonly ratesPerMinute: Readonly<Record<string, number>>;
    /** How long ACS recognises a repeated SMS message by its ids. */
    readonly repeatabilityWindowSeconds: number;
  };
  /** Keywords for opting out, in addition to ACS's own. */
  readonly smsOptOutKeywords: readonly string[];
  readonly email: {
    /** By kind of sender domain: customer-managed or Azure-managed. */
    readonly limits: Readonly<Record<'custom' | 'managed', EmailLimits>>;
  };
  /** How long records of messages and requests are kept. */
  readonly retentionDays: number;
  /** How long the audit log is kept; 0: no audit log. */
  readonly auditRetentionDays: number;
  /** Origins of web pages that may call chat from a browser; `*` allows any. */
  readonly corsOrigins: ReadonlySet<string>;
  /** Switchboard's address for callers without a trailing slash, if it differs from the host of their requests. */
  readonly publicUrl: string | undefined;
  /** Hosts that callers may sign requests for: that of PUBLIC_URL, and the platform's own host name. */
  readonly ownHosts: readonly string[];
  /** Whether this is a developer's machine, where callers may also sign for loopback names. */
  readonly isLocal: boolean;
  /** Whether chat accepts users' own ACS access tokens. */
  readonly userTokens: boolean;
  /** Switchboard's own address according to the platform, for links in results of queue messages. */
  readonly ownUrl: string;
}

/** Destinations of traces and metrics. */
export interface TelemetrySettings {
  readonly serviceName: string;
  /** Which signals are sent to an OpenTelemetry collector. */
  readonly otlp: { readonly traces: boolean; readonly metrics: boolean };
  readonly azureMonitor: AzureMonitorAccess | undefined;
  /** Share (0 to 1) of the traces that start here. */
  readonly sampledShare: number;
  /** Maximum time that a span waits in memory to be sent with others. */
  readonly spanDelayMilliseconds: number;
  readonly metricIntervalMilliseconds: number;
}

export interface AzureMonitorAccess {
  readonly connectionString: string;
  /** Authenticates with Entra; without it, the connection string alone is used. */
  readonly identity: { readonly clientId: string | undefined } | undefined;
}

/** Invalid settings: one line for each problem, none with the value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Invalid settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads the settings from environment variables; an empty variable counts as absent.
 *
 * @throws SettingsError with a line for each invalid setting
 */
export function readSettings(variables: Variables = process.env): Settings {
  return Object.freeze(toSettings(parse(environment, variables)));
}

/**
 * Reads the telemetry settings; undefined if telemetry is disabled. Separate from the other settings, so that telemetry
 * works while those are invalid.
 *
 * @throws SettingsError with a line for each invalid setting
 */
export function readTelemetrySettings(variables: Variables = process.env): TelemetrySettings | undefined {
  if (!TELEMETRY_DESTINATIONS.some((name) => variables[name])) return undefined;
  return Object.freeze(toTelemetrySettings(parse(telemetryEnvironment, variables)));
}

type Variables = Readonly<Record<string, string | undefined>>;

function parse<Schema extends z.ZodType>(schema: Schema, variables: Variables): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value));
  const result = schema.safeParse(present, { error: plainMessage });
  if (result.success) return result.data;
  const details = result.error.issues.flatMap(issueDetails);
  throw new SettingsError(details.map(({ target, message }) => `${target}: ${message}`));
}

function toTelemetrySettings(it: TelemetryEnvironment): TelemetrySettings {
  return {
    serviceName: it.OTEL_SERVICE_NAME ?? it.WEBSITE_SITE_NAME ?? 'acs-switchboard',
    otlp: {
      traces: (it.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? it.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined,
      metrics: (it.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? it.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined,
    },
    azureMonitor: azureMonitorAccess(it),
    sampledShare: it.OTEL_TRACES_SAMPLER_ARG,
    spanDelayMilliseconds: it.OTEL_BSP_SCHEDULE_DELAY,
    metricIntervalMilliseconds: it.OTEL_METRIC_EXPORT_INTERVAL,
  };
}

function azureMonitorAccess(it: TelemetryEnvironment): AzureMonitorAccess | undefined {
  const { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString, AZURE_CLIENT_ID: ownClientId } = it;
  if (connectionString === undefined) return undefined;
  const authentication = it.APPLICATIONINSIGHTS_AUTHENTICATION_STRING;
  const clientId = authentication?.clientId ?? ownClientId;
  return { connectionString, identity: authentication || clientId ? { clientId } : undefined };
}

function toSettings(it: Environment): Settings {
  const publicUrl = it.PUBLIC_URL?.replace(/(?<!\/)\/+$/, '');
  return {
    clients: it.CLIENTS,
    defaultLimits: it.DEFAULT_LIMITS,
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
    smsOptOutKeywords: it.SMS_OPT_OUT_KEYWORDS,
    email: { limits: it.EMAIL_LIMITS },
    retentionDays: it.RETENTION_DAYS,
    auditRetentionDays: auditRetentionDays(it),
    corsOrigins: it.CORS_ORIGINS,
    publicUrl,
    ...hostFacts(publicUrl, it.WEBSITE_HOSTNAME),
    userTokens: it.USER_TOKENS === 'on',
    ownUrl: publicUrl ?? `https://${it.WEBSITE_HOSTNAME ?? 'localhost'}`,
  };
}

/** Local hosts set WEBSITE_HOSTNAME to a loopback name or leave it unset. */
function hostFacts(publicUrl: string | undefined, platformHost: string | undefined) {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return {
    ownHosts: [publicHost, platformHost].filter((host) => host !== undefined),
    isLocal: platformHost === undefined || LOOPBACK.test(platformHost.replace(/:\d+$/, '')),
  };
}

const DEFAULT_AUDIT_RETENTION_DAYS = 365;

/** On Azure, the audit log is on by default; elsewhere, it is off by default. */
function auditRetentionDays(it: Environment): number {
  const { AUDIT_RETENTION_DAYS: days = isOnAzure(it) ? DEFAULT_AUDIT_RETENTION_DAYS : 0, RETENTION_DAYS } = it;
  return days && Math.max(days, RETENTION_DAYS);
}

function acsAccess(it: Environment): AcsAccess {
  const primary = it.ACS_CONNECTION_STRING;
  if (!primary) return { kind: 'identity', endpoint: it.ACS_ENDPOINT ?? '', clientId: it.AZURE_CLIENT_ID };
  const keys = [primary.accessKey, it.ACS_CONNECTION_STRING_SECONDARY?.accessKey].filter((key) => key !== undefined);
  return { kind: 'keys', endpoint: primary.endpoint, accessKeys: [...new Set(keys)] };
}
