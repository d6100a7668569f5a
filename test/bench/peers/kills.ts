import { setEvents, smsStats } from '../../setup/emulator.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { phoneNumbers } from '../batch/requests.ts';
import type { Contender } from './contender.ts';
import { hasAll, reached } from './run.ts';

const RECIPIENTS = 20_000;
const PER_CALL = 100;
const KILLS = 5;

/** Longer than any of the recoveries takes. */
const DEADLINE_SECONDS = 300;

/** Recovery takes long, and counting results takes time from it. */
const POLL_MILLISECONDS = 200;

export interface Aftermath {
  /** Undefined: it had not ended after {@link DEADLINE_SECONDS}. */
  readonly finishSeconds: number | undefined;
  /** Messages beyond the first to a recipient. */
  readonly duplicates: number;
  /** Messages that the provider received again and recognized by their ids. */
  readonly suppressed: number;
  readonly inDoubt: number;
  /** Recipients to whom nothing was sent. */
  readonly lost: number;
  /** Recipients without a stored result, whether or not something was sent to them. */
  readonly withoutResult: number;
}

/** Kills the worker process five times while it sends, each time when another sixth has been sent. */
export async function surviveKills(stack: OwnStack, contender: Contender, sameIds: boolean): Promise<Aftermath> {
  const reset = await fetch(`${stack.acs}/_emulator`, { method: 'DELETE' });
  if (!reset.ok) throw new Error(`The emulator cannot be reset: ${reset.status}.`);
  await setEvents(stack.acs, { enabled: false });
  const recipients = phoneNumbers(RECIPIENTS);
  const session = await contender.open(stack);
  try {
    const startedAt = performance.now();
    const submitted = await session.submit(recipients, { perCall: PER_CALL, sameIds });
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const point = (RECIPIENTS * kill) / (KILLS + 1);
      const isSent = await reached(async () => (await smsStats(stack.acs)).delivered >= point, DEADLINE_SECONDS);
      if (!isSent) throw new Error(`${contender.label} has not sent ${point} messages.`);
      await session.kill();
    }
    const isDone = await reached(() => hasAll(submitted, recipients), DEADLINE_SECONDS, POLL_MILLISECONDS);
    const finishSeconds = (performance.now() - startedAt) / 1000;
    const { delivered, distinctRecipients, repeatsSuppressed } = await smsStats(stack.acs);
    return {
      finishSeconds: isDone ? finishSeconds : undefined,
      duplicates: delivered - distinctRecipients,
      suppressed: repeatsSuppressed,
      inDoubt: await submitted.inDoubtCount(),
      lost: RECIPIENTS - distinctRecipients,
      withoutResult: RECIPIENTS - (await submitted.resultCount()),
    };
  } finally {
    await session.close();
  }
}
