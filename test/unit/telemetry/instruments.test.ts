import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { createInstruments } from '../../../shared/telemetry/openTelemetry.ts';

test('a gauge that nobody sets any more falls back to 0', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  let now = 0;
  const measure = createInstruments(provider.getMeter('test'), () => now);
  measure({ name: 'age', kind: 'gauge', unit: 's', description: 'An age.', attributes: [] }, 42, {});
  const values: unknown[] = [];
  for (now of [89_999, 90_000]) {
    await reader.forceFlush();
    values.push(exporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value);
  }
  await provider.shutdown();
  expect(values).toEqual([42, 0]);
});
