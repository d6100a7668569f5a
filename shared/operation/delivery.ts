import { randomUUID } from 'node:crypto';
import type { InvocationContext } from '@azure/functions';
import { queueName } from '../contract/queueMessage.ts';

/** A message as it was found on its queue. */
export interface ReceivedMessage {
  /** Its text on the queue: JSON, or base64 of JSON. */
  readonly original: string;
  /** The object or array that its JSON holds; the text itself where it holds none. */
  readonly content: unknown;
}

export type MessageHandler = (message: ReceivedMessage, context: InvocationContext) => Promise<void>;

/** JSON objects and arrays begin with a character that base64 does not have, so neither is ever taken for the other. */
const JSON_START = /^[\uFEFF\s]*[[{]/;

/** With the line breaks that some encoders put in. */
const BASE64 = /^[A-Za-z0-9+/\s]*(?:={1,2}\s*)?$/;

/** @param data what the host hands to a queue function: bytes, or, for a run by name, text that it may have parsed */
export function receivedMessage(data: unknown): ReceivedMessage {
  const original = originalOf(data);
  const text = JSON_START.test(original) ? original : (decodeBase64(original) ?? original);
  return { original, content: parse(text) };
}

function originalOf(data: unknown): string {
  if (data instanceof Uint8Array) return Buffer.from(data).toString();
  return typeof data === 'string' ? data : String(JSON.stringify(data));
}

/** Undefined for what is not base64 of UTF-8. */
function decodeBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

/** Numbers and other single values are no messages; their text says more about them than what a parser makes of it. */
function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}

/** One delivery of a queue message, as far as it can be read before it is checked. */
export interface Delivery {
  readonly message: ReceivedMessage;
  /** How often it was delivered, this time included. */
  readonly tries: number;
  /** What the queue calls it: unlike its own `id`, nothing that its sender has written. */
  readonly queueId: string;
  readonly known: {
    /** The message's own `id`, or the one that the queue gave it. */
    readonly id: string;
    readonly client: string | undefined;
    readonly replyTo: string | undefined;
  };
}

/** Of ids and names; longer ones, which no schema takes, would not fit into the outcome that says so. */
const MAXIMUM_NAME_LENGTH = 256;

/** Reads what can be read of any message, so that also the outcome of an unusable one finds its way. */
export function readDelivery(message: ReceivedMessage, context: InvocationContext): Delivery {
  const metadata = context.triggerMetadata ?? {};
  const member = (name: string): string | undefined => {
    const { content } = message;
    const value = typeof content === 'object' && content !== null ? Reflect.get(content, name) : undefined;
    return typeof value === 'string' && value !== '' && value.length <= MAXIMUM_NAME_LENGTH ? value : undefined;
  };
  const replyTo = member('replyTo');
  const queueId = String(metadata['id'] ?? randomUUID());
  return {
    message,
    tries: Number(metadata['dequeueCount'] ?? 1),
    queueId,
    known: {
      id: member('id') ?? queueId,
      client: member('client'),
      replyTo: queueName.safeParse(replyTo).success ? replyTo : undefined,
    },
  };
}
