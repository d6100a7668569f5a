import { MAXIMUM_DELAY_SECONDS, withSignal } from './abort.ts';
import { SwitchboardError } from './errors.ts';
import { mayHelp } from './retry.ts';
import type { CallOptions, Environment } from './transport.ts';

export interface WaitOptions<State> extends CallOptions {
  /** Called with every state that is read, including the final one. `wait` awaits it, and rejects if it does. */
  readonly onProgress?: ((state: State) => unknown) | undefined;
  /**
   * After this time, `wait` fails with `WaitTimeout`; until then, it outlasts interruptions of Switchboard and of the
   * connection. By default, it waits as long as it takes, and fails when a read and its retries do.
   */
  readonly timeoutSeconds?: number | undefined;
  /** Time between two reads. By default, as Switchboard advises. */
  readonly pollIntervalSeconds?: number | undefined;
}

export interface Polled<State> {
  readonly state: State;
  readonly isOver: boolean;
  /** When to read it again. */
  readonly nextSeconds: number;
}

/** Minimum time for a read, so that the last one can succeed. */
const MINIMUM_READ_SECONDS = 10;

/** Minimum delay after a failed read; `Retry-After` may ask for more. */
const AFTER_FAILURE_SECONDS = 5;

/**
 * Polls a state until it is final. Within `timeoutSeconds`, temporary failures of a read do not end it.
 *
 * @throws SwitchboardError `WaitTimeout`; RangeError for an invalid time; what `read` throws
 */
export async function pollUntilOver<State>(
  read: (signal: AbortSignal) => Promise<Polled<State>>,
  { signal, onProgress, timeoutSeconds = Number.POSITIVE_INFINITY, pollIntervalSeconds }: WaitOptions<State>,
  { now, delay }: Pick<Environment, 'now' | 'delay'>,
): Promise<State> {
  assertTimes(timeoutSeconds, pollIntervalSeconds);
  const deadline = now().getTime() + timeoutSeconds * 1000;
  const timeout = (cause?: unknown) =>
    new SwitchboardError('WaitTimeout', `Not finished after ${timeoutSeconds} seconds.`, { cause });
  for (;;) {
    const polled = await readWithin(deadline - now().getTime(), read, signal, timeout).catch((error: unknown) => {
      if (deadline === Number.POSITIVE_INFINITY || !isTemporary(error)) throw error;
      return { failure: error, nextSeconds: Math.max(error.retryAfterSeconds ?? 0, AFTER_FAILURE_SECONDS) };
    });
    const failure = 'failure' in polled ? polled.failure : undefined;
    if ('state' in polled) await onProgress?.(polled.state);
    if ('state' in polled && polled.isOver) return polled.state;
    const left = deadline - now().getTime();
    if (left <= 0) throw timeout(failure);
    const seconds = Math.min(pollIntervalSeconds ?? polled.nextSeconds, MAXIMUM_DELAY_SECONDS);
    await delay(Math.min(seconds * 1000, left), signal);
  }
}

function assertTimes(timeoutSeconds: number, pollIntervalSeconds: number | undefined): void {
  if (!(timeoutSeconds >= 0)) throw new RangeError('timeoutSeconds must not be negative.');
  if (pollIntervalSeconds !== undefined && !(pollIntervalSeconds > 0)) {
    throw new RangeError('pollIntervalSeconds must be positive.');
  }
}

/** Reads once. @param timeout creates the error of a read that takes longer, such as one without any response */
function readWithin<State>(
  milliseconds: number,
  read: (signal: AbortSignal) => Promise<Polled<State>>,
  signal: AbortSignal | undefined,
  timeout: () => SwitchboardError,
): Promise<Polled<State>> {
  const seconds = Math.min(Math.max(milliseconds / 1000, MINIMUM_READ_SECONDS), MAXIMUM_DELAY_SECONDS);
  return withSignal(signal, async (own, abort) => {
    const timer = setTimeout(() => abort(timeout()), seconds * 1000);
    try {
      return await read(own);
    } finally {
      clearTimeout(timer);
    }
  });
}

function isTemporary(error: unknown): error is SwitchboardError {
  return error instanceof SwitchboardError && mayHelp({ error, isRepeatable: true });
}

const MINIMUM_SECONDS = 1;
const MAXIMUM_SECONDS = 30;

/** Half of the remaining time, between 1 and 30 seconds, so that few reads suffice. @param seconds NaN if unknown */
export function halfOf(seconds: number): number {
  if (Number.isNaN(seconds)) return MAXIMUM_SECONDS;
  return Math.min(Math.max(seconds / 2, MINIMUM_SECONDS), MAXIMUM_SECONDS);
}
