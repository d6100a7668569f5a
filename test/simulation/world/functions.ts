import { InvocationContext } from '@azure/functions';
import { pollEmailOperations } from '../../../functions/email/pollEmailOperations.ts';
import { sendEmail } from '../../../functions/email/sendEmail.ts';
import { addSmsOptOuts } from '../../../functions/sms/addSmsOptOuts.ts';
import { failSmsBatch } from '../../../functions/sms/failSmsBatch.ts';
import { failSmsChunk } from '../../../functions/sms/failSmsChunk.ts';
import { removeSmsOptOuts } from '../../../functions/sms/removeSmsOptOuts.ts';
import { sendSms } from '../../../functions/sms/sendSms.ts';
import { sendSmsChunk } from '../../../functions/sms/sendSmsChunk.ts';
import { splitSmsBatch } from '../../../functions/sms/splitSmsBatch.ts';
import { submitSmsBatch } from '../../../functions/sms/submitSmsBatch.ts';
import { sweepSmsBatches } from '../../../functions/sms/sweepSmsBatches.ts';
import { forgetOldRecords } from '../../../functions/system/forgetOldRecords.ts';
import { recordAcsEvent } from '../../../functions/system/recordAcsEvent.ts';
import type { AnyOperation, WorkerDefinition } from '../../../shared/operation/definition.ts';
import { serveMessage } from '../../../shared/operation/queue.ts';
import { readDelivery } from '../../../shared/operation/queueDelivery.ts';
import { runTimer, runWorker } from '../../../shared/operation/runWorker.ts';
import type { Runtime } from '../../../shared/runtime.ts';
import type { ReceivedMessage } from '../engine/types.ts';

/** Writes a line of a function's log. */
export type LogLine = (line: string) => void;

/** What the host runs for a queue's messages. */
export interface QueueFunction {
  readonly name: string;
  readonly queue: string;
  readonly serve: (runtime: Runtime, message: ReceivedMessage, log: LogLine) => Promise<void>;
}

export interface TimerFunction {
  readonly name: string;
  readonly schedule: string;
  readonly run: (runtime: Runtime, log: LogLine) => Promise<void>;
}

export function contextFor(log: LogLine, triggerMetadata: Record<string, unknown> = {}): InvocationContext {
  const logHandler = (level: string, ...parts: unknown[]) => log(`${level}: ${parts.join(' ')}`);
  return new InvocationContext({ triggerMetadata, logHandler });
}

/** @see test/unit/local/functions-host: the same metadata as the real host passes */
function deliveryOf({ text, id, dequeueCount, insertedOn }: ReceivedMessage, log: LogLine) {
  const metadata = { id, dequeueCount, insertionTime: new Date(insertedOn).toISOString() };
  const context = contextFor(log, metadata);
  return { delivery: readDelivery(Buffer.from(text), context), context };
}

/** A definition as the handlers take it. */
export function anyOperation(definition: unknown): AnyOperation {
  return definition as AnyOperation;
}

function fromOperation(definition: unknown): QueueFunction {
  const operation = anyOperation(definition);
  const { name, queue = '' } = operation;
  return {
    name: `${name}FromQueue`,
    queue,
    serve: (runtime, message, log) => {
      const { delivery, context } = deliveryOf(message, log);
      return serveMessage(operation, queue, delivery, context, () => runtime);
    },
  };
}

function fromWorker(definition: unknown): QueueFunction {
  const worker = definition as WorkerDefinition<never>;
  return {
    name: worker.name,
    queue: worker.queue,
    serve: (runtime, message, log) => {
      const { delivery, context } = deliveryOf(message, log);
      return runWorker(worker, delivery.content, context, () => runtime);
    },
  };
}

export const QUEUE_FUNCTIONS: readonly QueueFunction[] = [
  ...[sendSms, sendEmail, submitSmsBatch, addSmsOptOuts, removeSmsOptOuts].map(fromOperation),
  ...[splitSmsBatch, sendSmsChunk, failSmsChunk, failSmsBatch, recordAcsEvent].map(fromWorker),
];

export const TIMER_FUNCTIONS: readonly TimerFunction[] = [sweepSmsBatches, pollEmailOperations, forgetOldRecords].map(
  ({ name, schedule, run }) => ({
    name,
    schedule,
    run: (runtime, log) => runTimer(name, run, contextFor(log), () => runtime),
  }),
);
