import type { QueueClient } from '@azure/storage-queue';
import { type InvocationResponse, outputOf, type RpcTypedData } from '../rpc.ts';
import { encodeMessage, type MessageEncoding } from './message.ts';
import { sendAndCreate } from './poison.ts';

export interface OutputQueue {
  /** The name of the output's binding. */
  readonly binding: string;
  readonly queue: QueueClient;
}

/** Sends what a function left for its queue outputs. @throws when a message could not be sent */
export async function sendOutputs(
  outputs: readonly OutputQueue[],
  response: InvocationResponse,
  encoding: MessageEncoding,
): Promise<void> {
  for (const { binding, queue } of outputs) {
    const data = outputOf(response, binding);
    for (const content of messagesOf(data)) await sendAndCreate(queue, encodeMessage(content, encoding));
  }
}

/** An array is one message for each element; what is no text is sent as indented JSON, as the host does. */
export function messagesOf(data: RpcTypedData | null | undefined): Array<string | Uint8Array> {
  if (!data) return [];
  if (data.bytes) return [data.bytes];
  const array = parseArray(data.json ?? data.string);
  if (array) return array.filter((element) => element !== null).map(messageText);
  if (typeof data.string === 'string') return [data.string];
  if (typeof data.json === 'string') return [messageText(JSON.parse(data.json))];
  return [String(data.int ?? data.double ?? '')];
}

function messageText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function parseArray(text: string | null | undefined): unknown[] | undefined {
  if (!text?.trim().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
