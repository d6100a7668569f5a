import { STATUS_CODES } from 'node:http';
import { noBody } from '../contract/common.ts';
import { type ErrorCode, STATUS_OF_CODE } from '../contract/switchboardError.ts';
import { type AnyOperation, isRead } from '../operation/definition.ts';
import { header, RATE_LIMIT_HEADERS } from './headers.ts';
import type { JsonObject } from './schemas.ts';

/** In Markdown, for callers. Without `UpstreamRejected`, which has ACS's own status and code. */
export const ERROR_MEANINGS: Readonly<Record<Exclude<ErrorCode, 'UpstreamRejected'>, string>> = {
  ApiVersionUnspecified: 'The query has no `api-version`. Add `?api-version=2024-03-15`; any date is accepted.',
  InvalidApiVersion: 'The `api-version` is not a date. Use `?api-version=2024-03-15`; any date is accepted.',
  InvalidJson: 'The body is not valid JSON. The message has the line and column of the error.',
  InvalidRequest: 'Fields are invalid. `details` lists each by its JSON path.',
  Denied: 'The request is not authenticated. The message says which part of the signature does not match.',
  Forbidden: 'The client lacks the permission for this operation, sender, identity or acting user.',
  DestinationNotAllowed: 'The client may not send to this recipient or its country.',
  NotFound:
    'The resource or the operation does not exist, or the resource belongs to another client. The message for an unknown path names the nearest operations if its first segment exists.',
  MethodNotAllowed: 'The path has other methods, which the header `Allow` lists.',
  Conflict: 'The current state does not allow the request, or the `Operation-Id` belongs to another client.',
  OperationInProgress: 'The same request is still being processed. Retry after the time in `Retry-After`.',
  Expired: 'The recipients of this batch were deleted after the retention period.',
  PayloadTooLarge: 'The body is too large: 1 MB at most, 10 MB for email, 96 MB for a batch.',
  UnsupportedMediaType: 'The content type is not supported. The message lists those that are.',
  IdempotencyKeyReused: 'This `Idempotency-Key` (or message `id`) was already used for a different request.',
  TooManyRequests: 'ACS’s rate limit is reached. Retry after the time in `Retry-After`.',
  ClientLimitExceeded:
    'The client has reached the limit in `target`. Retry after the time in `Retry-After`; without that header, this request alone exceeds the limit.',
  InternalServerError: 'An internal error. Switchboard’s log has the details under the request id.',
  StorageContention:
    'Too many concurrent changes of one record. Retry with the same `Idempotency-Key` after the time in `Retry-After`.',
  UpstreamDenied: 'ACS rejected Switchboard’s own credentials (key or role).',
  UpstreamUnavailable:
    'ACS is unavailable. The request had no effect. If there is a `Retry-After`, retry after that time.',
  UpstreamInDoubt:
    'ACS’s response was lost, so the request may have taken effect. Retry with the same `Idempotency-Key`.',
};

const CODES = Object.keys(ERROR_MEANINGS) as (keyof typeof ERROR_MEANINGS)[];

/** Statuses with a `Retry-After` header. */
const WAITING: readonly number[] = [409, 429, 502, 503];

const ACS_REJECTION = '4XX';

const ACS_EXAMPLE = {
  value: { error: { code: 'InvalidSender', message: 'The sender does not belong to this resource.' } },
};

/** The error statuses of an operation, each with the response that all operations share. */
export function errorResponses(operation: AnyOperation): JsonObject {
  const { http, body, isLocal, canExpire } = operation;
  const takesBody = body.schema !== noBody;
  const changes = !isRead(operation);
  const statuses = [
    ...[400, 401, 403],
    ...(http.route.includes('{') ? [404] : []),
    ...(changes ? [409] : []),
    ...(canExpire ? [410] : []),
    ...(takesBody ? [413] : []),
    ...(body.csvQueryFields ? [415] : []),
    ...(changes ? [422] : []),
    ...[429, ...(isLocal ? [] : [ACS_REJECTION]), 500],
    ...(isLocal ? [] : [502]),
    ...(changes || !isLocal ? [503] : []),
    ...(changes && !isLocal ? [504] : []),
  ];
  return Object.fromEntries(statuses.map((status) => [status, errorReference(status)]));
}

export function errorReference(status: number | string): JsonObject {
  return { $ref: `#/components/responses/${componentName(status)}` };
}

/** `404` → `NotFound`. */
function componentName(status: number | string): string {
  return STATUS_CODES[status]?.replaceAll(/\W/g, '') ?? 'RejectedByAcs';
}

/** The responses that `errorReference` refers to. */
export function errorComponents(envelope: JsonObject): JsonObject {
  const ofOperations = CODES.filter((code) => code !== 'MethodNotAllowed'); // every method here is allowed
  const statuses = new Set(ofOperations.map((code) => STATUS_OF_CODE[code]));
  const own = [...statuses].map((status) => [componentName(status), errorResponse(status, envelope)]);
  return {
    ...Object.fromEntries(own),
    [componentName(ACS_REJECTION)]: {
      description: 'ACS rejected the request. Its status, code and message are passed on.',
      headers: errorHeaders(false),
      content: { 'application/json': { schema: envelope, examples: { InvalidSender: ACS_EXAMPLE } } },
    },
  };
}

function errorResponse(status: number, envelope: JsonObject): JsonObject {
  const codes = CODES.filter((code) => STATUS_OF_CODE[code] === status);
  const examples = codes.map((code) => [
    code,
    { value: { error: { code, message: plainText(ERROR_MEANINGS[code]) } } },
  ]);
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_MEANINGS[code]}`).join('\n\n'),
    headers: errorHeaders(WAITING.includes(status)),
    content: { 'application/json': { schema: envelope, examples: Object.fromEntries(examples) } },
  };
}

/** Markdown without its code marks. */
function plainText(markdown: string): string {
  return markdown.replaceAll('`', '');
}

function errorHeaders(isWaiting: boolean): JsonObject {
  return {
    ...header('x-ms-error-code'),
    ...header('x-ms-request-id'),
    ...header('x-ms-client-request-id'),
    ...header('idempotent-replayed'),
    ...(isWaiting ? header('Retry-After') : {}),
    ...Object.assign({}, ...RATE_LIMIT_HEADERS.map(header)),
  };
}
