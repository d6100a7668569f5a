import { app, type TimerHandler } from '@azure/functions';
import type * as z from 'zod';
import type { Runtime } from '../runtime.ts';
import type { ServerSecret } from '../secret/serverSecret.ts';
import { serving } from './deferred.ts';
import type { MessageHandler } from './delivery.ts';
import { observedTimer, queueFunction } from './host.ts';

/** Writes one line to the function's log, masked. */
export type Log = (line: string) => void;

/** A step of Switchboard's own work: a message on one of its own queues, which no caller writes to. */
export interface WorkerDefinition<Message extends z.ZodType> {
  readonly name: string;
  readonly queue: string;
  readonly message: Message;
  /**
   * Where only Switchboard itself may write to the queue: whether it has written a message. One that it has not is dropped
   * with a line in the log; to try it again would change nothing.
   */
  readonly isAuthentic?: (message: z.output<Message>, secret: ServerSecret) => boolean;
  readonly run: (message: z.output<Message>, runtime: Runtime, log: Log) => Promise<void>;
}

/** Makes a declaration into a queue function. What it throws is tried again by the host, and ends on the poison queue. */
export function worker<Message extends z.ZodType>(definition: WorkerDefinition<Message>): WorkerDefinition<Message> {
  const { name, queue } = definition;
  const take: MessageHandler = async ({ content }, context) => (await serving()).work(definition, content, context);
  queueFunction(name, queue, take);
  return definition;
}

/** A step that time asks for. @param schedule NCRONTAB with seconds, in UTC */
export function timer(name: string, schedule: string, run: (runtime: Runtime) => Promise<void>) {
  const handler: TimerHandler = (_, context) =>
    observedTimer(name, context, async () => (await serving()).runTimer(name, run, context));
  app.timer(name, { schedule, handler });
  return { name, schedule };
}
