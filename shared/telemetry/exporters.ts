import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from '../settings/settings.ts';

export interface Exporters {
  readonly traces: readonly SpanExporter[];
  readonly metrics: readonly PushMetricExporter[];
}

/** The exporters that the settings ask for; no other is loaded. */
export async function createExporters({ otlp, azureMonitor }: TelemetrySettings): Promise<Exporters> {
  const [collector, monitor] = await Promise.all([
    otlp.traces || otlp.metrics ? import('./otlp.ts').then(({ otlpExporters }) => otlpExporters(otlp)) : NONE,
    azureMonitor ? import('./azureMonitor.ts').then(({ monitorExporters }) => monitorExporters(azureMonitor)) : NONE,
  ]);
  return {
    traces: [...collector.traces, ...monitor.traces],
    metrics: [...collector.metrics, ...monitor.metrics],
  };
}

const NONE: Exporters = { traces: [], metrics: [] };
