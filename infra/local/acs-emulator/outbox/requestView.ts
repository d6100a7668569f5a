import { isUtf8 } from 'node:buffer';
import type { RequestItem, SignatureDiagnosis } from '../inspection/items.ts';
import type { ChannelView, Unplaced } from './channelView.ts';
import type { KeptBody, ReceivedExchange, RequestStore } from './requestStore.ts';
import type { KnownKey } from './signature/keyUses.ts';
import { diagnoseSignature } from './signatureDiagnosis.ts';

const MAXIMUM_BYTES = 64 * 1024 * 1024;

const PREVIEW_CHARACTERS = 200;

/**
 * Shows the requests to the four services. They are added by themselves, not by events.
 *
 * @param keys returns every key that may have made a signature
 */
export function requestView(requests: RequestStore, keys: () => readonly KnownKey[]): ChannelView {
  return {
    channel: 'request',
    maximumBytes: MAXIMUM_BYTES,
    changedBy: () => [],
    has: (id) => requests.find(id) !== undefined,
    summary: (id) => {
      const exchange = requests.find(id);
      return exchange && summaryOf(exchange);
    },
    item: (id) => {
      const exchange = requests.find(id);
      return exchange && itemOf(exchange, keys);
    },
    text: (id) => textOf(requests.find(id)),
    sizeBytes: (id) => sizeOf(requests.find(id)),
    changesAt: () => undefined,
    remove: (id) => requests.remove(id),
  };
}

function summaryOf({ id, at, method, target, operation, status, errorCode, body, answer }: ReceivedExchange) {
  return {
    channel: 'request' as const,
    id,
    at: new Date(at).toISOString(),
    direction: 'sent' as const,
    from: operation ?? '',
    to: [],
    subject: `${method} ${target.split('?', 1)[0]}`,
    preview: (errorCode ?? (readBody(body).text || readBody(answer?.body).text)).slice(0, PREVIEW_CHARACTERS),
    status: String(status),
  };
}

function itemOf(exchange: ReceivedExchange, keys: () => readonly KnownKey[]): Unplaced<RequestItem> {
  const { method, target, durationMilliseconds, isRepeat, rawHeaders, body, answer, items } = exchange;
  const { operation, clientRequestId, errorCode, fault } = exchange;
  const signature = diagnose(exchange, keys);
  return {
    ...summaryOf(exchange),
    ...{ method, target, durationMilliseconds, isRepeat },
    ...(operation !== undefined && { operation }),
    ...(clientRequestId !== undefined && { clientRequestId }),
    ...(errorCode !== undefined && { errorCode }),
    ...(fault && { fault: { ...fault } }),
    request: { headers: pairs(rawHeaders), body: readBody(body) },
    ...(answer && { answer: { headers: Object.entries(answer.headers), body: readBody(answer.body) } }),
    ...(signature && { signature }),
    items: [...items],
  };
}

function diagnose(
  { method, target, rawHeaders, body, refusal }: ReceivedExchange,
  keys: () => readonly KnownKey[],
): SignatureDiagnosis | undefined {
  if (!refusal) return undefined;
  const { bodyHash, isHttps, at } = refusal;
  const isCut = body.start.length < body.sizeBytes;
  const request = { method, target, headers: pairs(rawHeaders), body: body.start, isHttps };
  return diagnoseSignature({ ...request, ...(isCut && { bodyHash }) }, keys(), at);
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name, rawHeaders[2 * index + 1] ?? '']);
}

function readBody(body: KeptBody | undefined): RequestItem['request']['body'] {
  const { sizeBytes, start } = body ?? { sizeBytes: 0, start: Buffer.alloc(0) };
  const isCut = start.length < sizeBytes;
  const whole = isCut ? withoutPartialCharacter(start) : start;
  const isText = isUtf8(whole);
  return { sizeBytes, text: isText ? Buffer.from(whole).toString('utf8') : '', isText, isCut };
}

/** Removes the beginning of a character of several bytes from the end of a body that was cut. */
function withoutPartialCharacter(bytes: Uint8Array): Uint8Array {
  const lead = bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  return lead >= 0 && lead > bytes.length - 4 && !isUtf8(bytes.subarray(lead)) ? bytes.subarray(0, lead) : bytes;
}

function textOf(exchange: ReceivedExchange | undefined): string {
  if (!exchange) return '';
  const { target, rawHeaders, body, answer, errorCode = '', clientRequestId = '' } = exchange;
  const parts = [target, ...rawHeaders, readBody(body).text, readBody(answer?.body).text, errorCode, clientRequestId];
  return parts.join('\n');
}

/** Besides the bodies, the headers can be of any size up to 16 KiB. */
function sizeOf(exchange: ReceivedExchange | undefined): number {
  if (!exchange) return 0;
  const { target, rawHeaders, body, answer } = exchange;
  const headers = rawHeaders.reduce((size, { length }) => size + length, target.length);
  return headers + body.start.length + (answer?.body.start.length ?? 0);
}
