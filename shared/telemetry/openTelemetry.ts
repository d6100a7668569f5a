import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type Meter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent, setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from '../settings/settings.ts';
import type { Attributes, Exporters, Metric, SpanFacts, Telemetry } from './signals.ts';

const NAME = 'acs-switchboard';

/**
 * Telemetry through the OpenTelemetry SDK, which is loaded only when telemetry is on.
 *
 * @param warn receives one line, at a limited rate, when telemetry cannot be sent
 */
export function createTelemetry(
  settings: TelemetrySettings,
  exporters: Exporters,
  warn: (line: string) => void,
): Telemetry {
  const onError = rateLimited(warn);
  setGlobalErrorHandler(onError);
  const { tracers, meters } = createProviders(settings, exporters);
  const tracer = tracers.getTracer(NAME);
  const measure = createInstruments(meters.getMeter(NAME), Date.now);
  const active = new AsyncLocalStorage<Span>();
  const failed = new WeakSet<Span>();
  return {
    inSpan: async (facts, run) => {
      const span = tracer.startSpan(facts.name, spanOptions(facts), parentOf(facts, active.getStore()));
      try {
        return await active.run(span, run);
      } finally {
        span.end();
      }
    },
    annotate: (attributes) => void active.getStore()?.setAttributes(attributes),
    fail: (code) => {
      const span = active.getStore();
      if (!span || failed.has(span)) return;
      failed.add(span);
      span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR, message: code });
    },
    traceparent: () => traceparentOf(active.getStore()),
    measure,
    close: () => within(CLOSE_MILLISECONDS, [tracers.shutdown(), meters.shutdown()], onError),
  };
}

function createProviders(settings: TelemetrySettings, { traces, metrics }: Exporters) {
  const { serviceName, sampledShare, spanDelayMilliseconds, metricIntervalMilliseconds } = settings;
  const own = { 'service.name': serviceName, 'service.instance.id': randomUUID() };
  const resource = defaultResource()
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes(own));
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampledShare) });
  const spanProcessors = traces.map(
    (exporter) => new BatchSpanProcessor({ exporter, scheduledDelayMillis: spanDelayMilliseconds }),
  );
  const exportIntervalMillis = metricIntervalMilliseconds;
  const exportTimeoutMillis = Math.min(exportIntervalMillis, EXPORT_MILLISECONDS);
  const readers = metrics.map(
    (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis }),
  );
  return {
    tracers: new TracerProvider({ resource, sampler, spanProcessors }),
    meters: new MeterProvider({ resource, readers }),
  };
}

/** Timeout of one metrics export. */
const EXPORT_MILLISECONDS = 10_000;

/** The host allows a process 5 seconds to shut down. */
const CLOSE_MILLISECONDS = 4000;

async function within(milliseconds: number, work: readonly Promise<void>[], onError: (error: unknown) => void) {
  const deadline = Promise.withResolvers<void>();
  const timer = setTimeout(deadline.resolve, milliseconds);
  await Promise.race([Promise.all(work), deadline.promise]).catch(onError);
  clearTimeout(timer);
}

const KINDS = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

function spanOptions({ kind, attributes = {}, link }: SpanFacts) {
  const context = link === undefined ? null : parseTraceParent(link);
  return { kind: KINDS[kind], attributes, links: context ? [{ context }] : [] };
}

const propagator = new W3CTraceContextPropagator();

/** An absent or invalid `traceparent` starts a new trace. */
function parentOf(facts: SpanFacts, active: Span | undefined): Context {
  if (!('parent' in facts)) return active ? trace.setSpan(ROOT_CONTEXT, active) : ROOT_CONTEXT;
  return propagator.extract(ROOT_CONTEXT, { traceparent: facts.parent }, defaultTextMapGetter);
}

function traceparentOf(span: Span | undefined): string | undefined {
  if (!span) return undefined;
  const carrier: { traceparent?: string } = {};
  propagator.inject(trace.setSpan(ROOT_CONTEXT, span), carrier, defaultTextMapSetter);
  return carrier.traceparent;
}

/** Minimum interval between warnings about a collector that is down. */
const QUIET_MILLISECONDS = 10 * 60_000;

function rateLimited(warn: (line: string) => void): (error: unknown) => void {
  let quietUntil = 0;
  return (error) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + QUIET_MILLISECONDS;
    warn(`Telemetry could not be sent: ${describe(error)}`);
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : error.name;
  return `${code} ${error.message.split('\n')[0] ?? ''}`.trim();
}

type Measurement = (value: number, attributes: Attributes) => void;

/** Creates each metric's instrument on first use. @param now epoch milliseconds */
export function createInstruments(meter: Meter, now: () => number): Telemetry['measure'] {
  const records = new Map<string, Measurement>();
  return (metric, value, attributes) => {
    const record = records.get(metric.name) ?? createInstrument(meter, metric, now);
    records.set(metric.name, record);
    record(value, attributes);
  };
}

function createInstrument(meter: Meter, metric: Metric, now: () => number): Measurement {
  const { name, kind, unit, description } = metric;
  const options = { unit, description };
  if (kind === 'gauge') return createGauge(meter, metric, now);
  if (kind === 'counter') {
    const counter = meter.createCounter(name, options);
    return (value, attributes) => counter.add(value, attributes);
  }
  const histogram = meter.createHistogram(name, options);
  return (value, attributes) => histogram.record(value, attributes);
}

/** Gauges are set every 30 seconds, by one of the instances. */
const FRESH_MILLISECONDS = 90_000;

/** A gauge falls back to 0 when this instance stops setting it because another instance took over. */
function createGauge(meter: Meter, { name, unit, description }: Metric, now: () => number): Measurement {
  const latest = new Map<string, { readonly value: number; readonly attributes: Attributes; readonly on: number }>();
  meter.createObservableGauge(name, { unit, description }).addCallback((observed) => {
    for (const { value, attributes, on } of latest.values()) {
      observed.observe(now() - on < FRESH_MILLISECONDS ? value : 0, attributes);
    }
  });
  return (value, attributes) => latest.set(JSON.stringify(attributes), { value, attributes, on: now() });
}

/** Creates the configured exporters. Loads no others. */
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
