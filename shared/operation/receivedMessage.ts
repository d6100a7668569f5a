import type { InvocationContext } from '@azure/functions';

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
