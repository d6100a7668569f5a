import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** Ids, kinds, codes and numbers only: no phone numbers, addresses, message content, tokens or keys. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A span of a trace. */
export interface SpanFacts {
  /** Low cardinality: contains no ids. */
  readonly name: string;
  readonly kind: 'server' | 'consumer' | 'client' | 'internal';
  /** W3C `traceparent` of the parent span. If the member is absent, the active span is the parent. */
  readonly parent?: string | undefined;
  /** W3C `traceparent` of a linked span. */
  readonly link?: string | undefined;
  readonly attributes?: Attributes;
}

export interface Metric<Attribute extends string = string> {
  readonly name: string;
  /** A gauge that has not been set for a while falls back to 0. */
  readonly kind: 'counter' | 'histogram' | 'gauge';
  /** @see UCUM */
  readonly unit: string;
  /** Markdown: it is shown in the documentation, too. */
  readonly description: string;
  /** Names of its attributes. */
  readonly attributes: readonly Attribute[];
}

/** Exports traces and metrics. */
export interface Telemetry {
  /** Runs a function inside a new span. */
  inSpan<Result>(facts: SpanFacts, run: () => Promise<Result>): Promise<Result>;
  /** Adds attributes to the active span. */
  annotate(attributes: Attributes): void;
  /** Marks the active span as failed. The first code wins. */
  fail(code: string): void;
  /** W3C `traceparent` of the active span. */
  traceparent(): string | undefined;
  measure(metric: Metric, value: number, attributes: Attributes): void;
  /** Flushes and shuts down. */
  close(): Promise<void>;
}

/** Where spans and metrics are sent. */
export interface Exporters {
  readonly traces: readonly SpanExporter[];
  readonly metrics: readonly PushMetricExporter[];
}
