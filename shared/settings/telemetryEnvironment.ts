import * as z from 'zod';

/** A collector in the same network may be plain http: telemetry holds no secrets and nothing of people. */
const collector = z.lazy(() => z.url({ protocol: /^https?$/ }));

const milliseconds = (usual: number) => z.coerce.number().int().min(1).default(usual);

/** `Authorization=AAD`, with `ClientId=<guid>` for a user-assigned identity; other members are of no use here. */
const authentication = z.lazy(() =>
  z
    .string()
    .regex(/(?:^|;)\s*Authorization\s*=\s*AAD\s*(?:;|$)/i, 'must read Authorization=AAD, with ClientId=… if you like')
    .transform((text) => ({ clientId: /(?:^|;)\s*ClientId\s*=\s*([\da-f-]{36})/i.exec(text)?.[1] })),
);

/** Any of these turns telemetry on. */
export const TELEMETRY_DESTINATIONS = [
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
] as const;

/**
 * The environment variables that say where telemetry goes. The OTLP exporter itself reads its endpoints and what else
 * begins with `OTEL_EXPORTER_OTLP_`.
 *
 * @see OpenTelemetry "Environment Variable Specification"; "Application Insights connection strings" (Azure Monitor)
 */
export const telemetryEnvironment = z.lazy(() =>
  z.object({
    APPLICATIONINSIGHTS_CONNECTION_STRING: z
      .string()
      .regex(/InstrumentationKey=/i, 'must read InstrumentationKey=…')
      .optional(),
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication.optional(),
    AZURE_CLIENT_ID: z.guid().optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.optional(),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.optional(),
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: collector.optional(),
    OTEL_SERVICE_NAME: z.string().optional(),
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
    OTEL_BSP_SCHEDULE_DELAY: milliseconds(2000),
    OTEL_METRIC_EXPORT_INTERVAL: milliseconds(15_000),
    WEBSITE_SITE_NAME: z.string().optional(),
  }),
);

export type TelemetryEnvironment = z.output<typeof telemetryEnvironment>;
