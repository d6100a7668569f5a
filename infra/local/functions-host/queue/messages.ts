import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { Trigger } from '../invocation.ts';
import { type InvocationResponse, outputOf, type RpcTypedData } from '../rpc.ts';
import { sendAndCreate } from './queues.ts';

export type MessageEncoding = 'base64' | 'none';

/** @returns undefined if the text does not have this encoding */
export function decodeMessage(text: string, encoding: MessageEncoding): Buffer | undefined {
  if (encoding === 'none') return Buffer.from(text);
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

export function encodeMessage(content: string | Uint8Array, encoding: MessageEncoding): string {
  const bytes = Buffer.from(content as Uint8Array);
  return encoding === 'none' ? bytes.toString() : bytes.toString('base64');
}

/** The input of a queue function. Times are passed as JSON: the library leaves them strings. */
export function toTrigger(message: DequeuedMessageItem, content: Buffer, binary: boolean): Trigger {
  const string = content.toString();
  return {
    data: binary ? { bytes: content } : { string },
    metadata: {
      QueueTrigger: { string },
      Id: { string: message.messageId },
      PopReceipt: { string: message.popReceipt },
      DequeueCount: { int: message.dequeueCount },
      InsertionTime: time(message.insertedOn),
      ExpirationTime: time(message.expiresOn),
      NextVisibleTime: time(message.nextVisibleOn),
    },
  };
}

function time(date: Date): RpcTypedData {
  return { json: JSON.stringify(date) };
}

export interface OutputQueue {
  /** Name of the output's binding. */
  readonly binding: string;
  readonly queue: QueueClient;
}

/** Sends what a function returned for its queue outputs. @throws Error if a message could not be sent */
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

/** Returns one message for each element of an array. Values that are not strings are sent as indented JSON, as by Azure's host. */
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
