import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { API_VERSIONS, type ServiceName } from './apiVersions.ts';
import { acsError, ServiceError } from './serviceError.ts';

/** What a route returns: JSON, content of another type, a stream, or no body. */
export interface RouteResult {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly content?: { readonly type: string; readonly bytes: Uint8Array };
  /** Writes the body after the headers have been sent, until the client disconnects or the emulator is closed. */
  readonly stream?: (response: ServerResponse) => void;
  readonly headers?: Readonly<Record<string, string>>;
}

interface ResponseFacts {
  readonly service: ServiceName;
  readonly clientRequestId: string | undefined;
  readonly durationMilliseconds: number;
  /** The error's code; undefined for a success. */
  readonly errorCode: string | undefined;
}

/** Returns the headers that a service adds to every response. */
export function serviceHeaders(facts: ResponseFacts): Record<string, string> {
  const { service, clientRequestId, errorCode } = facts;
  const headers: Record<string, string> = {
    'ms-cv': `${randomUUID().replaceAll('-', '').slice(0, 22)}.0`,
    'x-processing-time': `${Math.round(facts.durationMilliseconds)}ms`,
  };
  if (service !== 'emulator') headers['api-supported-versions'] = API_VERSIONS[service].join(', ');
  if (service === 'chat') headers['access-control-expose-headers'] = '*';
  if (service !== 'identity' && service !== 'email') return headers;
  if (clientRequestId !== undefined) headers['x-ms-client-request-id'] = clientRequestId;
  if (service === 'identity') return headers;
  headers['x-ms-request-id'] = randomUUID();
  if (errorCode !== undefined) headers['x-ms-error-code'] = errorCode;
  return headers;
}

/** Any error as a response. The message of an unexpected error is not exposed. */
export function errorResult(error: unknown): RouteResult & { readonly errorCode: string } {
  const known =
    error instanceof ServiceError
      ? error
      : acsError(500, 'InternalServerError', 'The server encountered an internal error.');
  return { status: known.status, body: known.body, headers: known.headers, errorCode: known.code };
}

export function writeResponse(response: ServerResponse, result: RouteResult, headers: Record<string, string>): void {
  if (result.stream) {
    response.writeHead(result.status, { ...headers, ...result.headers });
    result.stream(response);
    return;
  }
  const { type, bytes } = result.content ?? jsonContent(result.body);
  const contentType = type === undefined ? {} : { 'content-type': type };
  const length = result.status === 204 ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(result.status, { ...headers, ...contentType, ...length, ...result.headers });
  response.end(bytes);
}

function jsonContent(body: unknown): { readonly type: string | undefined; readonly bytes: Uint8Array } {
  if (body === undefined) return { type: undefined, bytes: Buffer.alloc(0) };
  return { type: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(body)) };
}
