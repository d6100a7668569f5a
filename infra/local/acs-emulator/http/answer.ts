import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { API_VERSIONS, type ServiceName } from './apiVersions.ts';
import { refusal, ServiceError } from './errors.ts';
import type { Answer } from './route.ts';

/** The first part of every correlation vector of this process. */
const CORRELATION_BASE = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64').slice(0, 22);

let correlations = 0;

export interface AnswerFacts {
  readonly service: ServiceName;
  readonly clientRequestId: string | undefined;
  readonly durationMilliseconds: number;
  /** The error's code; undefined for a success. */
  readonly errorCode: string | undefined;
}

/** The headers that a service's answers bear, besides those of the answer itself. */
export function serviceHeaders(facts: AnswerFacts): Record<string, string> {
  const { service, clientRequestId, errorCode } = facts;
  correlations += 1;
  const headers: Record<string, string> = {
    'ms-cv': `${CORRELATION_BASE}.${correlations}`,
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

/** Any error as an answer; an unexpected one does not show its text. */
export function answerOfError(error: unknown): Answer & { readonly errorCode: string } {
  const known =
    error instanceof ServiceError
      ? error
      : refusal(500, 'InternalServerError', 'The server encountered an internal error.');
  return { status: known.status, body: known.body, headers: known.headers, errorCode: known.code };
}

export function writeAnswer(response: ServerResponse, answer: Answer, headers: Record<string, string>): void {
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const type = answer.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  const length = answer.status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  response.writeHead(answer.status, { ...headers, ...type, ...length, ...answer.headers });
  response.end(text);
}
