import {
  type AzureMonitorExporterOptions,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from '@azure/monitor-opentelemetry-exporter';
import { azureCredential } from '../settings/azureCredential.ts';
import type { AzureMonitorAccess } from '../settings/settings.ts';
import type { Exporters } from './signals.ts';

/** Exporters for Application Insights. With local authentication disabled, the function app's identity signs in. */
export async function monitorExporters({ connectionString, identity }: AzureMonitorAccess): Promise<Exporters> {
  const options: AzureMonitorExporterOptions = {
    connectionString,
    ...(identity ? { credential: await azureCredential(identity.clientId) } : {}),
  };
  return { traces: [new AzureMonitorTraceExporter(options)], metrics: [new AzureMonitorMetricExporter(options)] };
}
