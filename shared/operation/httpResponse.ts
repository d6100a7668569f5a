import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Answer } from './definition.ts';

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
