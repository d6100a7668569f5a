import type { SmsDeliveryReport } from '../../../../shared/contract/acsEvent.ts';
import type { BatchContext } from '../../../../shared/smsbatch/batchContext.ts';
import { failBatch } from '../../../../shared/smsbatch/cancellation.ts';
import { recordBatchReport } from '../../../../shared/smsbatch/deliveryReports.ts';
import { chunkMessage, splitMessage } from '../../../../shared/smsbatch/send/batchQueues.ts';
import { failChunk, sendChunk } from '../../../../shared/smsbatch/send/sendChunk.ts';
import { splitBatch } from '../../../../shared/smsbatch/split.ts';
import type { Message } from './hostQueues.ts';

/** Queue of delivery reports. Reports from its poison queue are also delivered again. */
export const REPORTS_QUEUE = 'reports';

/** A function that runs for a message. */
export interface QueueFunction {
  readonly name: string;
  readonly run: (engine: BatchContext) => Promise<unknown>;
}

/** What the host runs for a message, by its queue. */
export function functionOf({ queue, text }: Message): QueueFunction {
  const isPoison = queue.endsWith('-poison');
  const reason = 'it is on the poison queue';
  const content: unknown = JSON.parse(text);
  if (queue.startsWith(REPORTS_QUEUE)) {
    const report = content as SmsDeliveryReport;
    return { name: `report of ${report.to}`, run: (engine) => recordBatchReport(engine, report) };
  }
  if (queue.startsWith('sms-chunks')) {
    const it = chunkMessage.parse(content);
    const run = (engine: BatchContext) => (isPoison ? failChunk(engine, it, reason) : sendChunk(engine, it));
    return { name: `${queue} ${it.chunk}`, run };
  }
  const it = splitMessage.parse(content);
  const run = (engine: BatchContext) =>
    isPoison ? failBatch(engine, it.client, it.batch, reason) : splitBatch(engine, it);
  return { name: queue, run };
}
