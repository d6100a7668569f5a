import { MAXIMUM_DELAY_SECONDS } from './abort.ts';
import type { SwitchboardError } from './errors.ts';

/** How failed calls are retried. */
export interface RetryOptions {
  /** Maximum number of attempts. By default, 4; 1 disables retries. */
  readonly attempts?: number | undefined;
  /** Delay before the second attempt, which doubles with each further one. By default, 0.5. */
  readonly initialDelaySeconds?: number | undefined;
  /** The longest delay. If Switchboard asks for a longer one, the call fails at once. By default, 60. */
  readonly maxDelaySeconds?: number | undefined;
}

export type RetryPolicy = { readonly [Name in keyof RetryOptions]-?: number };

const DEFAULT_POLICY: RetryPolicy = { attempts: 4, initialDelaySeconds: 0.5, maxDelaySeconds: 60 };

/** @throws RangeError for an invalid number */
export function retryPolicyOf(options: RetryOptions | false = {}): RetryPolicy {
  if (options === false) return { ...DEFAULT_POLICY, attempts: 1 };
  const policy = {
    attempts: options.attempts ?? DEFAULT_POLICY.attempts,
    initialDelaySeconds: options.initialDelaySeconds ?? DEFAULT_POLICY.initialDelaySeconds,
    maxDelaySeconds: options.maxDelaySeconds ?? DEFAULT_POLICY.maxDelaySeconds,
  };
  if (!Number.isInteger(policy.attempts) || policy.attempts < 1) {
    throw new RangeError('retry.attempts must be a whole number of at least 1.');
  }
  for (const name of ['initialDelaySeconds', 'maxDelaySeconds'] as const) {
    if (!(policy[name] >= 0 && policy[name] <= MAXIMUM_DELAY_SECONDS)) {
      throw new RangeError(`retry.${name} must be between 0 and ${MAXIMUM_DELAY_SECONDS}.`);
    }
  }
  return policy;
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-15 */
const TEMPORARY = [408, 500, 502, 503, 504];

export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  readonly error: Pick<SwitchboardError, 'code' | 'status' | 'retryAfterSeconds'>;
  /** Whether ACS recognises a repetition. */
  readonly isRepeatable: boolean;
}

/**
 * How long to wait before the next attempt; undefined if there should be none. Every request that changes something has an
 * Idempotency-Key, so it takes effect once however often it is sent.
 *
 * @param random from 0 to 1: spreads the attempts of many clients over time
 */
export function secondsBeforeRetry(failed: FailedAttempt, policy: RetryPolicy, random: number): number | undefined {
  if (failed.attempt >= policy.attempts || !mayHelp(failed)) return undefined;
  const longest = Math.min(policy.initialDelaySeconds * 2 ** (failed.attempt - 1), policy.maxDelaySeconds);
  const seconds = Math.max(failed.error.retryAfterSeconds ?? 0, longest * (0.5 + random / 2));
  return seconds <= policy.maxDelaySeconds ? seconds : undefined;
}

/** Whether the same call may succeed later. */
export function mayHelp({
  error: { status, code, retryAfterSeconds },
  isRepeatable,
}: Omit<FailedAttempt, 'attempt'>): boolean {
  if (status === undefined) return code === 'ConnectionFailed';
  // Without Retry-After, the request exceeds the limit by itself.
  if (code === 'ClientLimitExceeded') return retryAfterSeconds !== undefined;
  if (code === 'OperationInProgress') return true; // an earlier attempt of this call is still being carried out
  if (code === 'UpstreamInDoubt') return isRepeatable;
  return status === 429 || TEMPORARY.includes(status);
}
