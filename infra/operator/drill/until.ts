import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MILLISECONDS = 50;
const DEADLINE_MILLISECONDS = 60_000;

/** Asks again and again until it is so; an error counts as "not yet". @throws Error at the deadline */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MILLISECONDS;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      if (await isSo()) return;
    } catch (error) {
      cause = error;
    }
    await delay(PAUSE_MILLISECONDS);
  }
  throw new Error(`It did not come true within ${DEADLINE_MILLISECONDS / 1000} s: ${what}.`, { cause });
}
