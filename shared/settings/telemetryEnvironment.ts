import * as z from 'zod';

/** A collector in the same network may use http: telemetry contains neither secrets nor personal data. */
const collector = z.lazy(() => z.url({ protocol: /^https?$/ }));

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** `Authorization=AAD`, with `ClientId=<guid>` for a user-assigned identity; other members are ignored. */
const authentication = z.lazy(() =>
  z
    .string()
    .regex(
      /(?:^|;)\s*Authorization\s*=\s*AAD\s*(?:;|$)/i,
      'must have the form Authorization=AAD, optionally with ;ClientId=…',
    )
    .transform((text) => ({ clientId: /(?:^|;)\s*ClientId\s*=\s*([\da-f-]{36})/i.exec(text)?.[1] })),
);

/** Any of these enables telemetry. */
export const TELEMETRY_DESTINATIONS = [
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
] as const;

/**
 * The environment variables for telemetry. The OTLP exporter itself reads its endpoints and all other variables that
 * start with `OTEL_EXPORTER_OTLP_`.
 *
 * @see OpenTelemetry "Environment Variable Specification"; "Application Insights connection strings" (Azure Monitor)
 */
export const telemetryEnvironment = z.lazy(() =>
  z.object({
    /** Sends traces and metrics to Application Insights. */
    APPLICATIONINSIGHTS_CONNECTION_STRING: z
      .string()
      .regex(/InstrumentationKey=/i, 'must contain InstrumentationKey=…')
      .optional(),
    /** `Authorization=AAD`, with `ClientId=…` for a user-assigned identity: authenticates with Entra. So does `AZURE_CLIENT_ID`. */
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication.optional(),
    AZURE_CLIENT_ID: z.guid().optional(),
    /** Sends traces and metrics to a collector (OTLP over HTTP, JSON; usually port 4318). */
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.optional(),
    /** The same for traces only. */
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.optional(),
    /** The same for metrics only. */
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: collector.optional(),
    /** Name of the service in traces and metrics; the function app’s name if not set. */
    OTEL_SERVICE_NAME: z.string().optional(),
    /** Share of the traces that start here and are kept. The decision of a caller or the host takes precedence. */
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
    /** Milliseconds that spans wait in memory at most. */
    OTEL_BSP_SCHEDULE_DELAY: milliseconds(2000),
    /** Milliseconds that metrics wait in memory at most. */
    OTEL_METRIC_EXPORT_INTERVAL: milliseconds(15_000),
    WEBSITE_SITE_NAME: z.string().optional(),
  }),
);

export type TelemetryEnvironment = z.output<typeof telemetryEnvironment>;
