import { SwitchboardError } from './errors.ts';
import type { CallOptions, Environment } from './transport.ts';

export interface WaitOptions<State> extends CallOptions {
  /** Is given every state that is read, the final one included. */
  readonly onProgress?: ((state: State) => void) | undefined;
  /** After this time, `wait` fails with `WaitTimeout`. By default, it waits as long as it takes. */
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

/** A day; a timer of more than 24.8 days would fire at once. */
const MAXIMUM_INTERVAL_SECONDS = 86_400;

/**
 * Reads a state again and again until it is final.
 *
 * @throws SwitchboardError `WaitTimeout`; RangeError for a time that is none; what `read` throws
 */
export async function pollUntilOver<State>(
  read: () => Promise<Polled<State>>,
  { signal, onProgress, timeoutSeconds = Number.POSITIVE_INFINITY, pollIntervalSeconds }: WaitOptions<State>,
  { now, delay }: Pick<Environment, 'now' | 'delay'>,
): Promise<State> {
  if (!(timeoutSeconds >= 0)) throw new RangeError('timeoutSeconds must not be negative.');
  if (pollIntervalSeconds !== undefined && !(pollIntervalSeconds > 0)) {
    throw new RangeError('pollIntervalSeconds must be positive.');
  }
  const deadline = now().getTime() + timeoutSeconds * 1000;
  for (;;) {
    const { state, isOver, nextSeconds } = await read();
    onProgress?.(state);
    if (isOver) return state;
    const left = deadline - now().getTime();
    if (left <= 0) throw new SwitchboardError('WaitTimeout', `It is not over after ${timeoutSeconds} seconds.`);
    const seconds = Math.min(pollIntervalSeconds ?? nextSeconds, MAXIMUM_INTERVAL_SECONDS);
    await delay(Math.min(seconds * 1000, left), signal);
  }
}

const MINIMUM_SECONDS = 1;
const MAXIMUM_SECONDS = 30;

/** Half of a time, so that few reads suffice, but not more than a while. @param seconds NaN if unknown */
export function halfOf(seconds: number): number {
  if (Number.isNaN(seconds)) return MAXIMUM_SECONDS;
  return Math.min(Math.max(seconds / 2, MINIMUM_SECONDS), MAXIMUM_SECONDS);
}
