import { SwitchboardError } from '../contract/switchboardError.ts';
import type { TelemetrySettings } from '../settings/settings.ts';
import type { Attributes, Metric, SpanFacts, Telemetry } from './signals.ts';

// Traces and metrics of this process, which like the OpenTelemetry API are global. While telemetry is off, nothing is
// loaded and every function here does nothing.

let current: Telemetry | undefined;
let starting: Promise<void> | undefined;

/**
 * Starts loading telemetry in the background. The first span waits for it.
 *
 * @param warn receives one line, at a limited rate, when telemetry cannot be loaded or sent
 */
export function startTelemetry(settings: TelemetrySettings, warn: (line: string) => void): void {
  starting = load(settings, warn).finally(() => {
    starting = undefined;
  });
}

async function load(settings: TelemetrySettings, warn: (line: string) => void): Promise<void> {
  try {
    const [{ createTelemetry }, { createExporters }] = await Promise.all([
      import('./openTelemetry.ts'),
      import('./openTelemetry.ts'),
    ]);
    useTelemetry(createTelemetry(settings, await createExporters(settings), warn));
  } catch (error) {
    warn(`Telemetry is off: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Replaces the exporter; `undefined` turns telemetry off. */
export function useTelemetry(telemetry: Telemetry | undefined): void {
  current = telemetry;
}

/** Flushes and turns telemetry off. */
export async function stopTelemetry(): Promise<void> {
  await starting;
  const last = current;
  current = undefined;
  await last?.close();
}

/** Runs a function inside a new span, which fails if the function throws. */
export function inSpan<Result>(facts: SpanFacts, run: () => Promise<Result>): Promise<Result> {
  if (current) return runIn(current, facts, run);
  if (starting === undefined) return run();
  return starting.then(() => (current ? runIn(current, facts, run) : run()));
}

function runIn<Result>(telemetry: Telemetry, facts: SpanFacts, run: () => Promise<Result>): Promise<Result> {
  return telemetry.inSpan(facts, async () => {
    try {
      return await run();
    } catch (error) {
      telemetry.fail(errorCode(error));
      throw error;
    }
  });
}

/** The public code or the class of an error. Its message may contain personal data. */
function errorCode(error: unknown): string {
  if (error instanceof SwitchboardError) return error.publicCode;
  return error instanceof Error ? error.name : typeof error;
}

/** Adds attributes to the active span. */
export function annotate(attributes: Attributes): void {
  current?.annotate(attributes);
}

/** Marks the active span as failed although it will not throw. @param code public error code */
export function failSpan(code: string): void {
  current?.fail(code);
}

/** The member that propagates the trace in a queue message; empty while telemetry is off. */
export function traceMember(): { readonly traceparent?: string } {
  const traceparent = current?.traceparent();
  return traceparent === undefined ? {} : { traceparent };
}

export function measure<Attribute extends string>(
  metric: Metric<Attribute>,
  value: number,
  attributes: Readonly<Record<Attribute, string | number>>,
): void {
  current?.measure(metric, value, attributes);
}
