import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Answer } from './definition.ts';
import { asSwitchboardError, errorAnswer, logInvocation } from './logging.ts';

const JSON_TYPE = 'application/json';

/**
 * The content type in which to answer: the operation's other one if the caller prefers it to JSON. A caller who accepts
 * neither gets JSON, as from ACS.
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
 * An answer as an HTTP response: in JSON, or as the text that it holds; never stored by a cache.
 *
 * @param more headers besides those of the answer
 */
export function toResponse(
  answer: Answer,
  request: HttpRequest,
  requestId: string,
  more: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const headers: Record<string, string> = { ...more, 'x-ms-request-id': requestId, 'cache-control': 'no-store' };
  const clientRequestId = request.headers.get('x-ms-client-request-id');
  if (clientRequestId !== null) headers['x-ms-client-request-id'] = clientRequestId;
  for (const [name, value] of Object.entries(answer.headers ?? {})) if (value !== undefined) headers[name] = value;
  if (answer.text) {
    return {
      status: answer.status,
      headers: { ...headers, 'content-type': answer.text.contentType },
      body: answer.text.content,
    };
  }
  if (answer.body === undefined) return { status: answer.status, headers };
  headers['content-type'] = 'application/json; charset=utf-8';
  return { status: answer.status, headers, body: JSON.stringify(answer.body) };
}

/** What was thrown as an answer in ACS's error envelope, with its line in the log. @param name of the function */
export function refusal(
  name: string,
  thrown: unknown,
  startedAt: number,
  request: HttpRequest,
  context: InvocationContext,
): HttpResponseInit {
  const error = asSwitchboardError(thrown);
  const requestId = randomUUID();
  logInvocation(context, { operation: name, status: error.status, client: undefined, requestId, startedAt, error });
  return toResponse(errorAnswer(error), request, requestId);
}
