import {
  API_VERSION,
  API_VERSION_PATTERN,
  CLIENT_REQUEST_ID_PATTERN,
  IDEMPOTENCY_KEY_PATTERN,
} from '../contract/common.ts';
import { emailOperationStatus, userId } from '../contract/examples.ts';
import { type AnyOperation, isRead } from '../operation/definition.ts';
import type { JsonObject } from './schemas.ts';

const text = { type: 'string' };
const uuid = { type: 'string', format: 'uuid' };
const url = { type: 'string', format: 'uri' };

/** JSON Schema has no flags. */
const withoutCase = ({ source }: RegExp): string => source.replaceAll('a-f', 'A-Fa-f');

/** Response headers. */
export const HEADERS = {
  'x-ms-request-id': { description: 'Id of the request in Switchboard’s log.', schema: uuid },
  'x-ms-client-request-id': {
    description: 'The `x-ms-client-request-id` of the request, if it had one.',
    schema: text,
  },
  'x-ms-error-code': { description: 'The error code in the body.', schema: text },
  'idempotent-replayed': {
    description: 'Present if this is the stored response of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Operation-Location': { description: 'URL for the status of the operation.', schema: url },
  Location: { description: 'URL of the created resource.', schema: url },
  Link: {
    description: 'URL of the next page, with `rel="next"` (RFC 8288). For CSV, which has no `nextLink`.',
    schema: text,
  },
  'ratelimit-limit': {
    description:
      'For clients with limits: the limit that is closest to being reached (draft-ietf-httpapi-ratelimit-headers-06).',
    schema: { type: 'integer', minimum: 0 },
  },
  'ratelimit-remaining': { description: 'How much of that limit remains.', schema: { type: 'integer', minimum: 0 } },
  'ratelimit-reset': {
    description: 'Seconds until all of that limit is available again; in a 429, the same as `Retry-After`.',
    schema: { type: 'integer', minimum: 0 },
  },
  'Retry-After': { description: 'Seconds to wait before the next attempt.', schema: { type: 'integer', minimum: 0 } },
} as const;

/** In every response to a client with limits. */
export const RATE_LIMIT_HEADERS = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'] as const;

/** A reference to a header among the components. */
export function header(name: keyof typeof HEADERS): JsonObject {
  return { [name]: { $ref: `#/components/headers/${name}` } };
}

/** Parameters of several operations, by their names among the components. */
export const PARAMETERS = {
  apiVersion: {
    ...{ name: 'api-version', in: 'query', required: true },
    description: 'Any date. Switchboard chooses the API version that it uses for ACS.',
    schema: { type: 'string', pattern: API_VERSION_PATTERN.source },
    example: API_VERSION,
  },
  clientRequestId: {
    ...{ name: 'x-ms-client-request-id', in: 'header' },
    description: 'The caller’s own id of the request, a UUID, which is also sent to ACS and returned in the response.',
    schema: { type: 'string', pattern: withoutCase(CLIENT_REQUEST_ID_PATTERN) },
    example: 'c2a9f1de-4b7c-4e1f-8a53-6f0d9b1e2c34',
  },
  idempotencyKey: {
    ...{ name: 'Idempotency-Key', in: 'header' },
    description:
      'Makes the request safe to retry: it takes effect once, and every retry returns the first response. Scoped to the client and the operation.',
    schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
    example: 'order-4711',
  },
  actingUser: {
    ...{ name: 'acting-user', in: 'header' },
    description:
      'Id of the ACS user to act as. Requires the permission `actAs` and must be signed. By default, a client acts as its own user.',
    schema: text,
    example: userId,
  },
  operationId: {
    ...{ name: 'Operation-Id', in: 'header' },
    description: 'UUID for the operation, as in the ACS SDKs. By default, Switchboard generates one.',
    schema: uuid,
    example: emailOperationStatus.id,
  },
  repeatabilityRequestId: {
    ...{ name: 'repeatability-request-id', in: 'header' },
    description: 'Id by which ACS detects a repeated request, usually a UUID. By default, Switchboard generates one.',
    schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
    example: '7d1c3e9a-52b6-4f08-9c1d-3a8e6b2f4d70',
  },
} as const;

const ID_PARAMETERS = {
  'operation-id': 'operationId',
  'repeatability-request-id': 'repeatabilityRequestId',
} as const;

/** References to the common parameters of an operation. */
export function commonParameters(operation: AnyOperation): JsonObject[] {
  const { http, actsAsUser } = operation;
  const names: (keyof typeof PARAMETERS)[] = ['apiVersion'];
  if (!isRead(operation)) names.push('idempotencyKey');
  if (actsAsUser) names.push('actingUser');
  if (http.idHeader) names.push(ID_PARAMETERS[http.idHeader]);
  names.push('clientRequestId');
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}
