import { app } from '@azure/functions';
import { observedQueue } from './observed.ts';
import type { MessageHandler } from './receivedMessage.ts';

/**
 * Registers a function for the messages of a queue. It takes bytes: the host would parse text, and would lose what is no
 * JSON object, such as large numbers or the difference between a text and its JSON.
 *
 * @param spanName what traces call it; the function's name if absent
 */
export function queueFunction(name: string, queue: string, handler: MessageHandler, spanName = name): void {
  const trigger = { queueName: queue, connection: 'AzureWebJobsStorage', dataType: 'binary' };
  app.storageQueue(name, { ...trigger, handler: observedQueue(spanName, queue, handler) });
}
