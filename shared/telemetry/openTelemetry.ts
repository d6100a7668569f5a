import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from '../settings/settings.ts';
import type { Exporters } from './exporters.ts';
import { createInstruments } from './instruments.ts';
import type { SpanFacts, Telemetry } from './signals.ts';

const NAME = 'acs-switchboard';

/**
 * Telemetry by the OpenTelemetry SDK. Only this folder knows it, and only when telemetry is on is it loaded.
 *
 * @param warn takes one line when something cannot be sent, once in a while
 */
export function createTelemetry(
  settings: TelemetrySettings,
  exporters: Exporters,
  warn: (line: string) => void,
): Telemetry {
  const onError = seldom(warn);
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

/** One export of metrics. */
const EXPORT_MILLISECONDS = 10_000;

/** The host gives a process 5 seconds to end. */
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

/** A `traceparent` that is none begins a trace. */
function parentOf(facts: SpanFacts, active: Span | undefined): Context {
  if (!('parent' in facts)) return active ? trace.setSpan(ROOT_CONTEXT, active) : ROOT_CONTEXT;
  const remote = facts.parent === undefined ? null : parseTraceParent(facts.parent);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true }) : ROOT_CONTEXT;
}

/** @see W3C Trace Context §3.2 */
function traceparentOf(span: Span | undefined): string | undefined {
  if (!span) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** A collector that is down is told once in this time. */
const QUIET_MILLISECONDS = 10 * 60_000;

function seldom(warn: (line: string) => void): (error: unknown) => void {
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
