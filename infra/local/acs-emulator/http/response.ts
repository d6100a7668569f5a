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
  /** A repeatability id or an operation id was known, so that nothing or not everything was done again. */
  readonly isRepeat?: boolean;
}

/** What was sent. */
export interface WrittenResponse {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
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

export function writeResponse(
  response: ServerResponse,
  result: RouteResult,
  ownHeaders: Record<string, string>,
): WrittenResponse {
  if (result.stream) {
    const headers = { ...ownHeaders, ...result.headers };
    response.writeHead(result.status, headers);
    result.stream(response);
    return { headers, bytes: NO_BYTES };
  }
  const { type, bytes } = result.content ?? jsonContent(result.body);
  const contentType = type === undefined ? {} : { 'content-type': type };
  const length = result.status === 204 ? {} : { 'content-length': String(bytes.length) };
  const headers = { ...ownHeaders, ...contentType, ...length, ...result.headers };
  response.writeHead(result.status, headers);
  response.end(bytes);
  return { headers, bytes };
}

const NO_BYTES = Buffer.alloc(0);

function jsonContent(body: unknown): { readonly type: string | undefined; readonly bytes: Uint8Array } {
  if (body === undefined) return { type: undefined, bytes: NO_BYTES };
  return { type: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(body)) };
}
