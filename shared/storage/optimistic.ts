import { SwitchboardError } from '../contract/switchboardError.ts';

/**
 * Waits before the next attempt at a write that another writer has overtaken.
 *
 * @param overtaken how many attempts have been overtaken so far, at least 1
 */
export type BackOff = (overtaken: number) => Promise<void>;

/** Enough for 200 writers that start at the same time; the pauses between so many attempts add up to 6.3 s at most. */
const MAXIMUM_ATTEMPTS = 12;

const FIRST_DELAY_MILLISECONDS = 20;
const LONGEST_DELAY_MILLISECONDS = 1000;

const RETRY_AFTER_SECONDS = 5;

/**
 * Exponential back-off with full jitter, so that writers that collided once spread out.
 *
 * @param random at least 0, less than 1
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function createBackOff(sleep: (milliseconds: number) => Promise<unknown>, random: () => number): BackOff {
  return async (overtaken) => {
    const longest = Math.min(LONGEST_DELAY_MILLISECONDS, FIRST_DELAY_MILLISECONDS * 2 ** (overtaken - 1));
    await sleep(random() * longest);
  };
}

/**
 * Repeats a read–modify–write until no other writer comes between its read and its write. The first attempt starts at
 * once.
 *
 * @param attempt reads, decides, and writes only what is unchanged since; answers undefined when it was overtaken. It is
 * given the number of attempts before it.
 * @throws SwitchboardError `StorageContention` when every attempt was overtaken; and what `attempt` throws
 */
export async function retryConflicts<Result>(
  { backOff }: { readonly backOff: BackOff },
  attempt: (overtaken: number) => Promise<Result | undefined>,
): Promise<Result> {
  for (let overtaken = 0; overtaken < MAXIMUM_ATTEMPTS; overtaken += 1) {
    if (overtaken > 0) await backOff(overtaken);
    const result = await attempt(overtaken);
    if (result !== undefined) return result;
  }
  const message = 'Too many writers are changing the same record at the moment. Repeat the request.';
  throw new SwitchboardError('StorageContention', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
