/** Ids, kinds, codes and numbers: never a phone number, an address, a text, a token or a key. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** One step of a trace. */
export interface SpanFacts {
  /** Of few different ones: no ids in it. */
  readonly name: string;
  readonly kind: 'server' | 'consumer' | 'client' | 'internal';
  /** What it goes on from, as a W3C `traceparent`; the step at work when the member is not there. */
  readonly parent?: string | undefined;
  /** What else has led to it, as `parent`. */
  readonly link?: string | undefined;
  readonly attributes?: Attributes;
}

export interface Metric {
  readonly name: string;
  /** A gauge that nobody has set for a while falls back to 0. */
  readonly kind: 'counter' | 'histogram' | 'gauge';
  /** @see UCUM */
  readonly unit: string;
  readonly description: string;
}

/** What carries traces and metrics out of the process. */
export interface Telemetry {
  /** Runs one step. */
  inSpan<Result>(facts: SpanFacts, run: () => Promise<Result>): Promise<Result>;
  /** Adds to what is said of the step at work. */
  annotate(attributes: Attributes): void;
  /** The step at work has failed; what is said first stays. */
  fail(code: string): void;
  /** The step at work, as a W3C `traceparent`. */
  traceparent(): string | undefined;
  measure(metric: Metric, value: number, attributes: Attributes): void;
  /** Sends what is left, and ends. */
  close(): Promise<void>;
}
