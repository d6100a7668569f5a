import { describe, expect, test } from 'vitest';
import { operationFacts, shownDocument } from '../../../../shared/docs/page/apiDocument.ts';

const DOCUMENT = {
  servers: [{ url: 'https://switchboard.contoso.com' }],
  paths: {
    '/sms': {
      post: { parameters: [{ $ref: '#/components/parameters/key' }] },
    },
    '/sms/batches': { get: { parameters: [{ name: 'maxPageSize', in: 'query', example: 50, description: 'Size.' }] } },
    '/sms/batches/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true, example: 'b1' }] } },
    '/sms/batches/{id}:cancel': { post: { parameters: [{ $ref: '#/components/parameters/key' }] } },
    '/{any}/optouts': { get: { security: [] } },
    '/sms/optouts': { get: {} },
    '/health': { get: { security: [] } },
    '/health/ready': { get: { security: [{}, { accessKey: [] }] } },
  },
  components: {
    parameters: { key: { name: 'Idempotency-Key', in: 'header', description: 'Key.', example: 'order-1' } },
  },
};

describe('the document that is shown', () => {
  const shown = shownDocument(DOCUMENT, 'https://gateway.example/acs');

  test('names the server of the page', () => {
    expect(shown.servers).toEqual([{ url: 'https://gateway.example/acs' }]);
  });

  test('fills in required parameters only, and describes the other examples', () => {
    const text = JSON.stringify(shown);
    expect(text).toContain('"example":"b1"');
    expect(text).not.toContain('"example":"order-1"');
    expect(Object(shown.components.parameters['key']).description).toBe(
      'Key. If it is empty, this page generates one for each request. Example: `order-1`',
    );
    expect(Object(shown.paths['/sms/batches']).get.parameters[0]).toEqual({
      ...{ name: 'maxPageSize', in: 'query', description: 'Size. Example: `50`' },
    });
  });
});

test.each([
  ['POST', '/sms', { isPublic: false, takesIdempotencyKey: true }],
  ['GET', '/sms/batches', { isPublic: false, takesIdempotencyKey: false }],
  ['POST', '/sms/batches/b%3A1:cancel', { isPublic: false, takesIdempotencyKey: true }],
  ['GET', '/sms/optouts', { isPublic: false, takesIdempotencyKey: false }],
  ['GET', '/email/optouts', { isPublic: true, takesIdempotencyKey: false }],
  ['GET', '/health', { isPublic: true, takesIdempotencyKey: false }],
  ['GET', '/health/ready', { isPublic: true, takesIdempotencyKey: false }],
  ['GET', '/nothing', { isPublic: false, takesIdempotencyKey: false }],
])('%s %s: %j', (method, path, facts) => {
  expect(operationFacts(DOCUMENT, method, path)).toEqual(facts);
});
