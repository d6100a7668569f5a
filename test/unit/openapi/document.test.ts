import { expect, test } from 'vitest';
import * as z from 'zod';
import { noBody } from '../../../shared/contract/common.ts';
import { openApiDocumentOf } from '../../../shared/openapi/document.ts';
import type { AnyOperation } from '../../../shared/operation/definition.ts';
import { greeting } from '../operation/fixtures.ts';

/** What is said of an operation like the tests' own. */
function described(more: Partial<AnyOperation> = {}) {
  const document = openApiDocumentOf({ operations: [greeting(undefined, more)], publicFunctions: [] });
  const [methods] = Object.values(document['paths'] as Record<string, object>);
  const [[method, object] = []] = Object.entries(methods ?? {});
  return { document, method, object: object as { parameters: object[]; responses: Record<string, object> } };
}

const GET = { method: 'GET', route: 'greetings/{name}' } as const;

const statuses = (more: Partial<AnyOperation>) => Object.keys(described(more).object.responses);
const references = (more: Partial<AnyOperation>) => JSON.stringify(described(more).object.parameters);

test('an operation is described at its path', () => {
  const { document, method, object } = described({ queue: 'greet', summary: 'Greets.' });
  expect(Object.keys(Object(document['paths']))).toEqual(['/greetings/{name}']);
  expect(method).toBe('post');
  expect(object).toMatchObject({
    operationId: 'greet',
    tags: ['System'],
    summary: 'Greets.',
    description: 'Also available as a message on the queue `greet`.',
    parameters: [
      { name: 'name', in: 'path', required: true },
      { name: 'loud', in: 'query', required: false },
      { $ref: '#/components/parameters/apiVersion' },
      { $ref: '#/components/parameters/idempotencyKey' },
      { $ref: '#/components/parameters/clientRequestId' },
    ],
    requestBody: { required: true, content: { 'application/json': { schema: { required: ['from'] } } } },
  });
});

test('the body of a PATCH is a merge patch (RFC 7396)', () => {
  const { method, object } = described({ http: { method: 'PATCH', route: 'greetings/{name}' } });
  expect(method).toBe('patch');
  const { content } = (object as unknown as { requestBody: { content: object } }).requestBody;
  expect(content).toEqual({
    'application/merge-patch+json': expect.objectContaining({ schema: expect.anything() }),
  });
  expect(Object.keys(object.responses)).toEqual(expect.arrayContaining(['409', '422', '504']));
  expect(JSON.stringify(object.parameters)).toContain('/idempotencyKey"');
});

test.each<[string, Partial<AnyOperation>, string[]]>([
  ['that calls ACS', {}, ['400', '401', '403', '404', '409', '413', '422', '429', '4XX', '500', '502', '503', '504']],
  [
    'in Switchboard’s own storage',
    { isLocal: true },
    ['400', '401', '403', '404', '409', '413', '422', '429', '500', '503'],
  ],
  [
    'that requires data with a retention period',
    { isLocal: true, canExpire: true },
    ['400', '401', '403', '404', '409', '410', '413', '422', '429', '500', '503'],
  ],
  [
    'that only reads',
    { http: GET, params: z.object({ name: z.string() }), body: { schema: noBody } },
    ['400', '401', '403', '404', '429', '4XX', '500', '502', '503'],
  ],
  [
    'without a parameter in its path',
    { http: { method: 'POST', route: 'greetings' }, isLocal: true },
    ['400', '401', '403', '409', '413', '422', '429', '500', '503'],
  ],
])('an operation %s has the error statuses of its kind', (_what, more, expected) => {
  expect(new Set(statuses(more))).toEqual(new Set(['200', ...expected]));
});

test('header parameters are those of the operation', () => {
  expect(references({})).not.toContain('actingUser');
  expect(references({ actsAsUser: true })).toContain('/actingUser"');
  expect(references({ http: { ...greeting().http, idHeader: 'operation-id' } })).toContain('/operationId"');
  expect(references({ http: GET })).not.toContain('idempotencyKey');
});

test('a user token is accepted only if the operation acts as a user', () => {
  expect(described().object).not.toHaveProperty('security');
  expect(described({ actsAsUser: true }).object).toHaveProperty('security', [{ accessKey: [] }, { userToken: [] }]);
});

test('responses list their headers and their other content type', () => {
  const { object } = described({ http: { ...greeting().http, answerHeaders: ['Link'], textType: 'text/csv' } });
  expect(object.responses['200']).toMatchObject({
    headers: { 'x-ms-request-id': {}, 'idempotent-replayed': {}, Link: {} },
    content: { 'application/json': {}, 'text/csv': {} },
  });
});
