import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MILLISECONDS = 50;

/**
 * Asks again and again until the answer is something else than undefined; an error counts as "not yet".
 *
 * @throws Error at the deadline, with the last error as its cause
 */
export async function eventually<Value>(
  what: string,
  probe: () => Promise<Value | undefined> | Value | undefined,
  deadlineSeconds = 40,
): Promise<Value> {
  const deadline = Date.now() + deadlineSeconds * 1000;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      cause = error;
    }
    await delay(PAUSE_MILLISECONDS);
  }
  throw new Error(`It did not come true within ${deadlineSeconds} s: ${what}.`, { cause });
}
