import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { TelemetrySettings } from '../settings/settings.ts';
import type { Exporters } from './signals.ts';

/** OTLP exporters over HTTP with JSON, configured by `OTEL_EXPORTER_OTLP_*`. */
export function otlpExporters({ traces, metrics }: TelemetrySettings['otlp']): Exporters {
  return { traces: traces ? [new OTLPTraceExporter()] : [], metrics: metrics ? [new OTLPMetricExporter()] : [] };
}
