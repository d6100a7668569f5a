import type * as z from 'zod';
import { issueDetails } from '../contract/validate.ts';
import type { ClientSettings, DefaultLimits } from './clientSettings.ts';
import { type Environment, environment, isOnAzure } from './environment.ts';
import { LOOPBACK } from './origins.ts';
import { TELEMETRY_DESTINATIONS, type TelemetryEnvironment, telemetryEnvironment } from './telemetryEnvironment.ts';

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
  /** Of clients that do not set them. */
  readonly defaultLimits: DefaultLimits;
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
  /** Keywords with which people opt out, besides the usual ones. */
  readonly smsOptOutKeywords: readonly string[];
  readonly email: {
    /** What ACS allows, by who verified the sender's domain. */
    readonly limits: Readonly<Record<'custom' | 'managed', EmailLimits>>;
  };
  /** How long records of what was done are kept. */
  readonly retentionDays: number;
  /** How long the audit log is kept; 0: there is none. */
  readonly auditRetentionDays: number;
  /** Origins of the web pages that may call chat from a browser; `*` allows any. */
  readonly corsOrigins: ReadonlySet<string>;
  /** Where callers reach Switchboard (no slash at the end), when it is not the address that they call. */
  readonly publicUrl: string | undefined;
  /** Hosts that callers sign requests for: that of PUBLIC_URL, and the platform's own name. */
  readonly ownHosts: readonly string[];
  /** Whether this is a developer's machine: then callers also sign for its loopback names. */
  readonly isLocal: boolean;
  /** Whether chat takes user tokens of ACS. */
  readonly userTokens: boolean;
  /** Switchboard's own address by what the platform says: for links in answers that no HTTP request asked for. */
  readonly ownUrl: string;
}

/** Where traces and metrics go. */
export interface TelemetrySettings {
  readonly serviceName: string;
  /** Which signals go to an OpenTelemetry collector. */
  readonly otlp: { readonly traces: boolean; readonly metrics: boolean };
  readonly azureMonitor: AzureMonitorAccess | undefined;
  /** Of the traces that begin here. */
  readonly sampledShare: number;
  /** How long a span or a metric waits in memory at most, to be sent with others. */
  readonly spanDelayMilliseconds: number;
  readonly metricIntervalMilliseconds: number;
}

export interface AzureMonitorAccess {
  readonly connectionString: string;
  /** Signs in to Entra; else the connection string alone admits. */
  readonly identity: { readonly clientId: string | undefined } | undefined;
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
export function readSettings(variables: Variables = process.env): Settings {
  return Object.freeze(toSettings(parse(environment, variables)));
}

/**
 * Reads where telemetry goes; undefined where it goes nowhere. Apart from the other settings, so that what is wrong
 * with those can be seen.
 *
 * @throws SettingsError with a line for each wrong setting
 */
export function readTelemetrySettings(variables: Variables = process.env): TelemetrySettings | undefined {
  if (!TELEMETRY_DESTINATIONS.some((name) => variables[name])) return undefined;
  return Object.freeze(toTelemetrySettings(parse(telemetryEnvironment, variables)));
}

type Variables = Readonly<Record<string, string | undefined>>;

function parse<Schema extends z.ZodType>(schema: Schema, variables: Variables): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value));
  const result = schema.safeParse(present);
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

/** The local hosts set WEBSITE_HOSTNAME to a loopback name, or not at all. */
function hostFacts(publicUrl: string | undefined, platformHost: string | undefined) {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return {
    ownHosts: [publicHost, platformHost].filter((host) => host !== undefined),
    isLocal: platformHost === undefined || LOOPBACK.test(platformHost.replace(/:\d+$/, '')),
  };
}

const DEFAULT_AUDIT_RETENTION_DAYS = 365;

/** On Azure, there is an audit log unless it is turned off; elsewhere, only where it is turned on. */
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
