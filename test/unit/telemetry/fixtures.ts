import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { readTelemetrySettings, type TelemetrySettings } from '../../../shared/settings/settings.ts';
import { createTelemetry } from '../../../shared/telemetry/openTelemetry.ts';

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
export const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

export function settingsOf(variables: Readonly<Record<string, string>> = {}): TelemetrySettings {
  const settings = readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', ...variables });
  if (!settings) throw new Error('Telemetry is off.');
  return settings;
}

/** Telemetry that ends in memory: spans and metrics stand there once it is closed. */
export function memoryTelemetry(variables: Readonly<Record<string, string>> = {}) {
  const spans = new InMemorySpanExporter();
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  // A closed exporter forgets what it got.
  spans.shutdown = async () => undefined;
  metrics.shutdown = async () => undefined;
  const warnings: string[] = [];
  const exporters = { traces: [spans], metrics: [metrics] };
  const telemetry = createTelemetry(settingsOf(variables), exporters, (line) => warnings.push(line));
  return {
    telemetry,
    warnings,
    spans: () => spans.getFinishedSpans(),
    metrics: () => metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((it) => it.metrics)),
  };
}
