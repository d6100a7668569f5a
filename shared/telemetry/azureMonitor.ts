import {
  type AzureMonitorExporterOptions,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from '@azure/monitor-opentelemetry-exporter';
import type { AzureMonitorAccess } from '../settings/settings.ts';
import type { Exporters } from './openTelemetry.ts';

/** Exporters for Application Insights. With local authentication disabled, the function app's identity signs in. */
export async function monitorExporters({ connectionString, identity }: AzureMonitorAccess): Promise<Exporters> {
  const options: AzureMonitorExporterOptions = {
    connectionString,
    ...(identity ? { credential: await credential(identity.clientId) } : {}),
  };
  return { traces: [new AzureMonitorTraceExporter(options)], metrics: [new AzureMonitorMetricExporter(options)] };
}

async function credential(clientId: string | undefined) {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return clientId ? new DefaultAzureCredential({ managedIdentityClientId: clientId }) : new DefaultAzureCredential();
}
