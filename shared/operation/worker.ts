import type * as z from 'zod';
import type { Runtime } from '../runtime.ts';
import type { ServerSecret } from '../secret/serverSecret.ts';
import { registerQueue, registerTimer } from './host.ts';

/** Writes one line to the function's log, masked. */
export type Log = (line: string) => void;

/** A step of Switchboard's own work: reads messages from an internal queue, to which no caller writes. */
export interface WorkerDefinition<Message extends z.ZodType> {
  readonly name: string;
  readonly queue: string;
  readonly message: Message;
  /**
   * Returns whether Switchboard itself wrote a message, for queues to which nothing else may write. A forged message is
   * dropped with a line in the log: a retry would change nothing.
   */
  readonly isAuthentic?: (message: z.output<Message>, secret: ServerSecret) => boolean;
  readonly run: (message: z.output<Message>, runtime: Runtime, log: Log) => Promise<void>;
}

/** Registers a worker as a queue function. If it throws, the host retries; after the last attempt the message is poison. */
export function worker<Message extends z.ZodType>(definition: WorkerDefinition<Message>): WorkerDefinition<Message> {
  const { name, queue } = definition;
  registerQueue(name, queue, async ({ content }, context) =>
    (await import('./runWorker.ts')).runWorker(definition, content, context),
  );
  return definition;
}

/** Registers a function that runs on a schedule. @param schedule NCRONTAB with seconds, in UTC */
export function timer(name: string, schedule: string, run: (runtime: Runtime) => Promise<void>) {
  registerTimer(name, schedule, async (context) => (await import('./runWorker.ts')).runTimer(name, run, context));
  return { name, schedule };
}
