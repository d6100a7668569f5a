import { expect } from 'vitest';
import type { Mood } from './fakeAcs.ts';
import type { World } from './world.ts';

/** Marks this phase in the trace. */
export const QUIET = 'no more trouble';

const SWEEP_MILLISECONDS = 30_000;
const LONGEST_MILLISECONDS = 6 * 3600 * 1000;

/**
 * Runs without further crashes until nothing is left to do: every call is answered, every message handled, the sweep runs.
 *
 * @param moods that ACS still has, one for each request
 */
export async function comeToRest(world: World, moods: Mood[] = []): Promise<void> {
  world.say(QUIET);
  await world.runAllToEnd(moods);
  const end = world.now + LONGEST_MILLISECONDS;
  for (let sweptOn = 0; world.now < end; ) {
    for (let call = world.unanswered.shift(); call; call = world.unanswered.shift()) {
      await world.call(call);
      await world.runToEnd(0, moods);
    }
    for (const message of world.queues.visible()) {
      await world.deliver(message);
      await world.runToEnd(0, moods);
    }
    if (world.now - sweptOn >= SWEEP_MILLISECONDS) {
      sweptOn = world.now;
      await world.sweep();
      await world.runToEnd(0, moods);
    }
    if (await isAtRest(world)) return;
    const next = world.queues.nextVisibleOn() ?? Number.POSITIVE_INFINITY;
    world.now = Math.min(sweptOn + SWEEP_MILLISECONDS, Math.max(world.now, next));
  }
  expect.fail('The batch never comes to rest.');
}

async function isAtRest(world: World): Promise<boolean> {
  if (world.queues.messages.length > 0 || world.unanswered.length > 0) return false;
  for await (const _ of world.observer.batches.active()) return false;
  return (await world.batch()) !== undefined || world.abandoned.includes('submit');
}
