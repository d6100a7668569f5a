import { messageText } from '../telemetry/traceMessage.ts';
import { SPLIT_QUEUE } from './batch.ts';
import type { BatchEngine } from './engine.ts';
import { type BatchName, sealedSplit } from './messages.ts';

export async function sendSplitMessage(engine: BatchEngine, batch: BatchName, delaySeconds?: number): Promise<void> {
  const message = sealedSplit(await engine.secret(), batch);
  await engine.storage.queues.send(SPLIT_QUEUE, messageText(message), { delaySeconds });
}
