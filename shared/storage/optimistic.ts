import { SwitchboardError } from '../contract/switchboardError.ts';

/**
 * Waits before a write that lost to a concurrent writer is attempted again.
 *
 * @param conflicts how many attempts have lost so far, at least 1
 */
export type BackOff = (conflicts: number) => Promise<void>;

/** Enough for 200 writers that start at the same time. The pauses add up to 6.3 s at most. */
const MAXIMUM_ATTEMPTS = 12;

const FIRST_DELAY_MILLISECONDS = 20;
const LONGEST_DELAY_MILLISECONDS = 1000;

const RETRY_AFTER_SECONDS = 5;

/**
 * Exponential back-off with full jitter, so that colliding writers spread out.
 *
 * @param random at least 0, less than 1
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function createBackOff(sleep: (milliseconds: number) => Promise<unknown>, random: () => number): BackOff {
  return async (conflicts) => {
    const longest = Math.min(LONGEST_DELAY_MILLISECONDS, FIRST_DELAY_MILLISECONDS * 2 ** (conflicts - 1));
    await sleep(random() * longest);
  };
}

/**
 * Retries a read–modify–write until no concurrent writer wins. The first attempt starts at once.
 *
 * @param attempt reads, decides, and writes conditionally on the ETag that it read; returns undefined if the write lost
 * @throws SwitchboardError `StorageContention` when every attempt lost; and whatever `attempt` throws
 */
export async function retryConflicts<Result>(
  { backOff }: { readonly backOff: BackOff },
  attempt: (conflicts: number) => Promise<Result | undefined>,
): Promise<Result> {
  for (let conflicts = 0; conflicts < MAXIMUM_ATTEMPTS; conflicts += 1) {
    if (conflicts > 0) await backOff(conflicts);
    const result = await attempt(conflicts);
    if (result !== undefined) return result;
  }
  const message = 'Too many concurrent requests are changing the same record. Retry the request.';
  throw new SwitchboardError('StorageContention', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
