import { SwitchboardError } from '../contract/switchboardError.ts';
import type { TelemetrySettings } from '../settings/settings.ts';
import type { Attributes, Metric, SpanFacts, Telemetry } from './signals.ts';

/**
 * Traces and metrics of this process. As long as telemetry is off, nothing is loaded for them, and every function here
 * does nothing at all.
 */

let current: Telemetry | undefined;
let starting: Promise<void> | undefined;

/**
 * Begins to load what telemetry needs. Whoever calls does not wait for it; the first step does.
 *
 * @param warn takes one line when telemetry cannot be loaded or sent, once in a while
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
      import('./exporters.ts'),
    ]);
    current = createTelemetry(settings, await createExporters(settings), warn);
  } catch (error) {
    warn(`Telemetry is off: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** From now on telemetry goes here, or nowhere. */
export function useTelemetry(telemetry: Telemetry | undefined): void {
  current = telemetry;
}

/** Sends what is left. */
export async function stopTelemetry(): Promise<void> {
  await starting;
  const last = current;
  current = undefined;
  await last?.close();
}

/** Runs one step of a trace; where it throws, it has failed. */
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

/** By its public code, or its class: its message may be about people. */
function errorCode(error: unknown): string {
  if (error instanceof SwitchboardError) return error.publicCode;
  return error instanceof Error ? error.name : typeof error;
}

/** Adds to what is said of the step at work. */
export function annotate(attributes: Attributes): void {
  current?.annotate(attributes);
}

/** The step at work has failed, although it will not throw. @param code as callers know it */
export function failSpan(code: string): void {
  current?.fail(code);
}

/** The member that takes the trace on in a message; none while telemetry is off. @see W3C Trace Context */
export function traceMember(): { readonly traceparent?: string } {
  const traceparent = current?.traceparent();
  return traceparent === undefined ? {} : { traceparent };
}

export function measure(metric: Metric, value: number, attributes: Attributes = {}): void {
  current?.measure(metric, value, attributes);
}
