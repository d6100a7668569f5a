import type { Meter } from '@opentelemetry/api';
import type { Attributes, Metric, Telemetry } from './signals.ts';

type Measurement = (value: number, attributes: Attributes) => void;

/** Makes the instrument of each metric when it is measured for the first time. @param now epoch milliseconds */
export function createInstruments(meter: Meter, now: () => number): Telemetry['measure'] {
  const records = new Map<string, Measurement>();
  return (metric, value, attributes) => {
    const record = records.get(metric.name) ?? createInstrument(meter, metric, now);
    records.set(metric.name, record);
    record(value, attributes);
  };
}

function createInstrument(meter: Meter, metric: Metric, now: () => number): Measurement {
  const { name, kind, ...options } = metric;
  if (kind === 'gauge') return createGauge(meter, metric, now);
  if (kind === 'counter') {
    const counter = meter.createCounter(name, options);
    return (value, attributes) => counter.add(value, attributes);
  }
  const histogram = meter.createHistogram(name, options);
  return (value, attributes) => histogram.record(value, attributes);
}

/** What sets gauges runs every 30 seconds, on one of the instances. */
const FRESH_MILLISECONDS = 90_000;

/** An instance that no longer sets a gauge, because another one does, must not tell its last value for ever. */
function createGauge(meter: Meter, { name, unit, description }: Metric, now: () => number): Measurement {
  const latest = new Map<string, { readonly value: number; readonly attributes: Attributes; readonly on: number }>();
  meter.createObservableGauge(name, { unit, description }).addCallback((observed) => {
    for (const { value, attributes, on } of latest.values()) {
      observed.observe(now() - on < FRESH_MILLISECONDS ? value : 0, attributes);
    }
  });
  return (value, attributes) => latest.set(JSON.stringify(attributes), { value, attributes, on: now() });
}
