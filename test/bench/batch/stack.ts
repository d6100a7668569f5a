import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setEvents } from '../../setup/emulator.ts';
import { type OwnStack, startOwnStack } from '../../setup/ownStack.ts';
import { SENDER } from './requests.ts';

/** So high that pacing plays no part. */
const UNPACED = { SMS_RATES_PER_MINUTE: JSON.stringify({ [SENDER]: 1_000_000_000 }) };

/** A stack whose batches are not slowed down: by pacing, or by the events of ACS, which would come through its storage. */
export async function startBatchStack(): Promise<OwnStack> {
  const stack = await startOwnStack(UNPACED);
  await setEvents(stack.acs, { enabled: false });
  return stack;
}

/** Has the functions process stand still, so that its polling takes nothing from what is measured beside it. */
export async function withoutFunctions<Result>({ dataDir }: OwnStack, run: () => Promise<Result>): Promise<Result> {
  const pid = Number(readFileSync(join(dataDir, 'functions.pid'), 'utf8'));
  process.kill(pid, 'SIGSTOP');
  const goOn = () => process.kill(pid, 'SIGCONT');
  process.once('exit', goOn);
  try {
    return await run();
  } finally {
    process.removeListener('exit', goOn);
    goOn();
  }
}
