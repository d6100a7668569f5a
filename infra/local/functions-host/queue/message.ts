import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { Trigger } from '../invocation.ts';
import type { RpcTypedData } from '../rpc.ts';

export type MessageEncoding = 'base64' | 'none';

/** @returns undefined when the text is not what the encoding asks for */
export function decodeMessage(text: string, encoding: MessageEncoding): Buffer | undefined {
  if (encoding === 'none') return Buffer.from(text);
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

export function encodeMessage(content: string | Uint8Array, encoding: MessageEncoding): string {
  const bytes = Buffer.from(content as Uint8Array);
  return encoding === 'none' ? bytes.toString() : bytes.toString('base64');
}

/** What a queue function is called with. Times go over as JSON: the library leaves them strings. */
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
