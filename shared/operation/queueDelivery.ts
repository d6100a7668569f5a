import { randomUUID } from 'node:crypto';
import type { InvocationContext } from '@azure/functions';
import { queueName } from '../contract/queueMessage.ts';

export interface ReceivedMessage {
  /** The message as it stands on the queue: JSON, or base64 of JSON. */
  readonly original: string;
  /** The object or array in its JSON; the string itself if it is neither. */
  readonly content: unknown;
}

/** One delivery of a queue message, as far as it can be read before it is validated. */
export interface QueueDelivery extends ReceivedMessage {
  /** How many times it has been delivered, including this time. */
  readonly tries: number;
  /** The queue's own id; unlike the message's `id`, its sender cannot choose it. */
  readonly queueId: string;
  /** The message's own `id`; the queue's id if it has none. */
  readonly id: string;
  readonly client: string | undefined;
  readonly replyTo: string | undefined;
}

export type DeliveryHandler = (delivery: QueueDelivery, context: InvocationContext) => Promise<void>;

/** For ids and names. A longer one, which no schema accepts, would not fit into the outcome that reports the error. */
const MAXIMUM_NAME_LENGTH = 256;

/** Reads as much as possible of any message, so that the outcome of an invalid one still reaches its sender. */
export function readDelivery(data: unknown, { triggerMetadata = {} }: InvocationContext): QueueDelivery {
  const { original, content } = readMessage(data);
  const replyTo = nameIn(content, 'replyTo');
  const queueId = String(triggerMetadata['id'] ?? randomUUID());
  return {
    original,
    content,
    tries: Number(triggerMetadata['dequeueCount'] ?? 1),
    queueId,
    id: nameIn(content, 'id') ?? queueId,
    client: nameIn(content, 'client'),
    replyTo: queueName.safeParse(replyTo).success ? replyTo : undefined,
  };
}

/** @param data what the host passes to a queue function: bytes; text, possibly parsed, if the function is run by name */
export function readMessage(data: unknown): ReceivedMessage {
  const original = originalOf(data);
  return { original, content: parse(JSON_START.test(original) ? original : (decodeBase64(original) ?? original)) };
}

function nameIn(content: unknown, member: string): string | undefined {
  const value = typeof content === 'object' && content !== null ? Reflect.get(content, member) : undefined;
  return typeof value === 'string' && value !== '' && value.length <= MAXIMUM_NAME_LENGTH ? value : undefined;
}

/** JSON objects and arrays begin with a character that base64 does not have, so the two cannot be confused. */
const JSON_START = /^[\uFEFF\s]*[[{]/;

/** With the line breaks that some encoders insert. */
const BASE64 = /^[A-Za-z0-9+/\s]*(?:={1,2}\s*)?$/;

function originalOf(data: unknown): string {
  if (data instanceof Uint8Array) return Buffer.from(data).toString();
  return typeof data === 'string' ? data : String(JSON.stringify(data));
}

/** Undefined if this is not base64 of UTF-8. */
function decodeBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

/** Numbers and other single values are not messages; the original string describes them better than the parsed value. */
function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}
