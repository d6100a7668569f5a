import { setTimeout as delay } from 'node:timers/promises';
import { smsStats } from '../../setup/emulator.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import type { HowToSend, Session, Submitted } from './contender.ts';

/** Often enough for a run of half a second, and a fraction of what the provider can answer. */
const POLL_MILLISECONDS = 10;

export interface Duration {
  /** Until the work was stored durably. */
  readonly acceptMilliseconds: number;
  /** Until the last result was stored durably. */
  readonly totalMilliseconds: number;
}

const DEADLINE_SECONDS = 120;

/** Submits and waits for all results. */
export async function runToEnd(
  stack: OwnStack,
  session: Session,
  recipients: readonly string[],
  how: HowToSend,
): Promise<Duration> {
  const { delivered } = await smsStats(stack.acs);
  const startedAt = performance.now();
  const submitted = await session.submit(recipients, how);
  const acceptMilliseconds = performance.now() - startedAt;
  const hasSent = async () => (await smsStats(stack.acs)).delivered >= delivered + recipients.length;
  // Counting results takes time from the work, so it begins when the provider has everything.
  const isDone =
    (await reached(hasSent, DEADLINE_SECONDS)) &&
    (await reached(() => hasAll(submitted, recipients), DEADLINE_SECONDS));
  if (!isDone) throw new Error(`Only ${await submitted.resultCount()} of ${recipients.length} results.`);
  return { acceptMilliseconds, totalMilliseconds: performance.now() - startedAt };
}

export async function hasAll(submitted: Submitted, recipients: readonly string[]): Promise<boolean> {
  return (await submitted.resultCount()) >= recipients.length;
}

/** @returns whether it came true in time */
export async function reached(
  isTrue: () => Promise<boolean>,
  deadlineSeconds: number,
  pollMilliseconds = POLL_MILLISECONDS,
): Promise<boolean> {
  for (const end = performance.now() + deadlineSeconds * 1000; performance.now() < end; await delay(pollMilliseconds)) {
    if (await isTrue()) return true;
  }
  return false;
}
