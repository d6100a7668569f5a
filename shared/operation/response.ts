import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Answer } from '../contract/answer.ts';
import { type SwitchboardError, toSwitchboardError } from '../contract/switchboardError.ts';
import { REPLAYED } from '../idempotency/once.ts';
import { logInvocation } from './logging.ts';

const JSON_TYPE = 'application/json';

/**
 * Returns the content type of the answer: the operation's `textType` if the caller prefers it to JSON. A caller that
 * accepts neither gets JSON, as from ACS.
 *
 * @see RFC 9110 §12.5.1
 */
export async function negotiatedType(textType: string | undefined, accept: string | null): Promise<string> {
  if (textType === undefined || accept === null) return JSON_TYPE;
  const { default: Negotiator } = await import('negotiator');
  const offered = [JSON_TYPE, textType].flatMap((type) => [type, `${type};charset=utf-8`]);
  const [preferred = JSON_TYPE] = new Negotiator({ headers: { accept } }).mediaTypes(offered);
  return preferred.startsWith(textType) ? textType : JSON_TYPE;
}

/**
 * Converts an answer to an HTTP response, which caches must not store.
 *
 * @param more headers besides those of the answer
 */
export function toResponse(
  answer: Answer,
  request: HttpRequest,
  requestId: string,
  more: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const { status, body, text } = answer;
  const headers: Record<string, string> = { ...more, 'x-ms-request-id': requestId, 'cache-control': 'no-store' };
  const clientRequestId = request.headers.get('x-ms-client-request-id');
  if (clientRequestId !== null) headers['x-ms-client-request-id'] = clientRequestId;
  for (const [name, value] of Object.entries(answer.headers ?? {})) if (value !== undefined) headers[name] = value;
  if (text) return { status, headers: { ...headers, 'content-type': text.contentType }, body: text.content };
  if (body === undefined) return { status, headers };
  return {
    status,
    headers: { ...headers, 'content-type': `${JSON_TYPE}; charset=utf-8` },
    body: JSON.stringify(body),
  };
}

/** The error in ACS's envelope. */
export function errorAnswer(error: SwitchboardError): Answer {
  const { status, publicCode: code, message, target, details, retryAfterSeconds, allow, isReplayed } = error;
  return {
    status,
    headers: {
      ...{ 'x-ms-error-code': code, 'retry-after': retryAfterSeconds?.toString(), allow: allow?.join(', ') },
      ...(isReplayed ? REPLAYED : {}),
    },
    body: { error: { code, message, ...(target ? { target } : {}), ...(details ? { details } : {}) } },
  };
}

/** Logs what a function that is not an operation has thrown, and converts it to a response. */
export function errorResponse(
  name: string,
  thrown: unknown,
  startedAt: number,
  request: HttpRequest,
  context: InvocationContext,
): HttpResponseInit {
  const error = toSwitchboardError(thrown);
  const requestId = randomUUID();
  logInvocation(context, { name, status: error.status, client: undefined, requestId, startedAt, error });
  return toResponse(errorAnswer(error), request, requestId);
}
