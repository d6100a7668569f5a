import type { TestProject } from 'vitest/node';
import type { Announcement } from '../../infra/local/start/announcement.ts';
import { setEvents } from './emulator.ts';
import { TEST_RATES } from './names.ts';
import { startOwnStack } from './ownStack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How to reach the Switchboard, ACS emulator and storage that all integration tests share. */
    stack: Announcement;
  }
}

/** `npm start -- --json --ports auto --ephemeral`, once for all integration tests; each test uses names of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const {
    stop,
    log: _log,
    ...announcement
  } = await startOwnStack({ SMS_RATES_PER_MINUTE: JSON.stringify(TEST_RATES) });
  // The reports of all batches of all tests would keep everybody waiting: who wants events has a stack of its own.
  await setEvents(announcement.acs, { enabled: false });
  project.provide('stack', announcement);
  return stop;
}
