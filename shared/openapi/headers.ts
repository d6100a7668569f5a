import { API_VERSION, API_VERSION_PATTERN, IDEMPOTENCY_KEY_PATTERN } from '../contract/common.ts';
import type { AnyOperation } from '../operation/definition.ts';
import type { JsonObject } from './schemas.ts';

const text = { type: 'string' };
const uuid = { type: 'string', format: 'uuid' };
const url = { type: 'string', format: 'uri' };

/** Headers of answers. */
export const HEADERS = {
  'x-ms-request-id': { description: 'Identifies the request in Switchboard’s log.', schema: uuid },
  'x-ms-client-request-id': { description: 'The caller’s own id for the request, if it sent one.', schema: text },
  'x-ms-error-code': { description: 'The code in the body’s error.', schema: text },
  'idempotent-replayed': {
    description: 'The response is that of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Operation-Location': { description: 'URL of the status of the accepted work.', schema: url },
  Location: { description: 'URL of the created resource.', schema: url },
  Link: { description: 'The next page, with `rel="next"` (RFC 8288); in CSV, which has no `nextLink`.', schema: text },
  'ratelimit-limit': {
    description:
      'For a client with limits: the limit that is closest to being reached (draft-ietf-httpapi-ratelimit-headers-06).',
    schema: { type: 'integer', minimum: 0 },
  },
  'ratelimit-remaining': { description: 'What is left of that limit.', schema: { type: 'integer', minimum: 0 } },
  'ratelimit-reset': {
    description: 'Seconds until everything that is used of it now is available again; with a 429, as `Retry-After`.',
    schema: { type: 'integer', minimum: 0 },
  },
  'Retry-After': { description: 'Seconds to wait before the next call.', schema: { type: 'integer', minimum: 0 } },
} as const;

/** On every answer to a client with limits. */
export const RATE_LIMIT_HEADERS = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'] as const;

/** A header by its name, described among the components. */
export function header(name: keyof typeof HEADERS): JsonObject {
  return { [name]: { $ref: `#/components/headers/${name}` } };
}

/** Parameters that many operations have, by their names among the components. */
export const PARAMETERS = {
  apiVersion: {
    ...{ name: 'api-version', in: 'query', required: true },
    description: 'Any date. Switchboard chooses the API version that it uses with ACS.',
    schema: { type: 'string', pattern: API_VERSION_PATTERN.source },
    example: API_VERSION,
  },
  clientRequestId: {
    ...{ name: 'x-ms-client-request-id', in: 'header' },
    description: 'The caller’s own id for the request, which is also passed on to ACS.',
    schema: uuid,
  },
  idempotencyKey: {
    ...{ name: 'Idempotency-Key', in: 'header' },
    description:
      'Makes the request safe to repeat: repetitions get the first response. Scoped to the client and operation.',
    schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
    example: 'order-4711',
  },
  actingUser: {
    ...{ name: 'acting-user', in: 'header' },
    description:
      'The ACS user to act as, for clients with the right `actAs`. By default, a client acts as its own user.',
    schema: text,
  },
  operationId: {
    ...{ name: 'Operation-Id', in: 'header' },
    description: 'A UUID that identifies the email message at ACS. By default, Switchboard generates one.',
    schema: uuid,
  },
  repeatabilityRequestId: {
    ...{ name: 'repeatability-request-id', in: 'header' },
    description: 'A UUID by which ACS recognises a repetition. By default, Switchboard generates one.',
    schema: uuid,
  },
} as const;

const ID_PARAMETERS = {
  'operation-id': 'operationId',
  'repeatability-request-id': 'repeatabilityRequestId',
} as const;

/** References to those that an operation has. */
export function commonParameters({ method, actsAsUser, idHeader }: AnyOperation): JsonObject[] {
  const names: (keyof typeof PARAMETERS)[] = ['apiVersion'];
  if (method !== 'GET') names.push('idempotencyKey');
  if (actsAsUser) names.push('actingUser');
  if (idHeader) names.push(ID_PARAMETERS[idHeader]);
  names.push('clientRequestId');
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}
