import { afterAll, beforeAll, expect, test } from 'vitest';
import { smsStats } from '../../setup/emulator.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { phoneNumbers } from '../batch/requests.ts';
import { startBatchStack } from '../batch/stack.ts';
import type { Contender } from './contender.ts';
import { installPeers } from './installation.ts';
import { runToEnd } from './run.ts';
import { startPeers } from './startPeers.ts';

let stack: OwnStack;
let peers: Awaited<ReturnType<typeof startPeers>>;
beforeAll(async () => {
  peers = await startPeers(await installPeers(), () => undefined);
  stack = await startBatchStack();
});
afterAll(async () => {
  await stack.stop();
  await peers.stop();
});

const RECIPIENTS = 500;

/** Those whose servers are installed; `runToEnd` throws unless each recipient has a result. */
test('the queue libraries of the bench do the work, before and after a kill', { timeout: 240_000 }, async () => {
  for (const contender of peers.contenders) await sendAroundKill(contender);
});

async function sendAroundKill(contender: Contender): Promise<void> {
  const delivered = async () => (await smsStats(stack.acs)).delivered;
  const session = await contender.open(stack);
  try {
    const before = await delivered();
    await runToEnd(stack, session, phoneNumbers(RECIPIENTS), { perCall: 100 });
    expect((await delivered()) - before, contender.label).toBe(RECIPIENTS);
    await session.kill(); // may repeat jobs that were done, but not yet removed
    await runToEnd(stack, session, phoneNumbers(RECIPIENTS), { perCall: 1 });
  } finally {
    await session.close();
  }
}
