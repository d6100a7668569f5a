import { describe, expect, test } from 'vitest';
import { type Served, unknownRequest } from '../../../shared/operation/unknownRequest.ts';

const SERVED: readonly Served[] = [
  { methods: ['POST'], route: 'sms' },
  { methods: ['GET'], route: 'sms/batches' },
  { methods: ['POST'], route: 'sms/batches' },
  { methods: ['GET'], route: 'sms/batches/{id}' },
  { methods: ['POST'], route: 'sms/batches/{id}:cancel' },
  { methods: ['POST'], route: 'sms/batches/{id}:redrive' },
  { methods: ['POST'], route: 'emails:send' },
  { methods: ['GET'], route: 'emails/operations/{operationId}' },
  { methods: ['POST'], route: 'identities' },
  { methods: ['DELETE'], route: 'identities/{id}' },
  { methods: ['POST'], route: 'identities/{id}/:issueAccessToken' },
  { methods: ['GET', 'HEAD'], route: 'docs/{file}' },
];

const refused = (method: string, pathname: string, served = SERVED) => unknownRequest(method, pathname, served);

describe('a known path with another method', () => {
  // RFC 9110 §15.5.6: a 405 has a header Allow with the methods that the resource has.
  test.each([
    ['PUT', '/sms', ['POST'], ['POST /sms']],
    ['DELETE', '/sms/batches', ['GET', 'POST'], ['GET /sms/batches', 'POST /sms/batches', 'DELETE /identities/{id}']],
    ['GET', '/identities/8:acs:x', ['DELETE'], ['DELETE /identities/{id}']],
    ['PATCH', '/sms/batches/17:cancel', ['GET', 'POST'], ['GET /sms/batches/{id}', 'POST /sms/batches/{id}:cancel']],
    ['POST', '/docs/index.css', ['GET', 'HEAD'], ['GET and HEAD /docs/{file}']],
    ['HEAD', '/emails:send', ['POST'], ['POST /emails:send']],
    ['OPTIONS', '/identities', ['POST'], ['POST /identities']],
  ])('%s %s allows %j', (method, pathname, allow, named) => {
    const error = refused(method, pathname);
    expect(error).toMatchObject({ code: 'MethodNotAllowed', status: 405, allow });
    for (const it of named.slice(0, allow.length)) expect(error.message).toContain(it);
  });

  test.each(['/sms/', '/SMS', '/%73ms', '/Sms/', '/%53MS'])('is %s in another spelling', (pathname) => {
    expect(refused('PUT', pathname)).toMatchObject({ code: 'MethodNotAllowed', allow: ['POST'] });
  });

  test('also names what has that method nearby, for a typing error in an action', () => {
    const error = refused('POST', '/sms/batches/17:cancle');
    expect(error).toMatchObject({ code: 'MethodNotAllowed', allow: ['GET'] });
    expect(error.message).toMatch(
      /Nearest: POST \/sms\/batches\/\{id\}:cancel, POST \/sms\/batches\/\{id\}:redrive\.$/,
    );
  });
});

describe('an unknown path', () => {
  test.each([
    ['POST', '/emails', 'POST /emails:send'],
    ['POST', '/emails:sent', 'POST /emails:send'],
    ['GET', '/emails/operation/17', 'GET /emails/operations/{operationId}, POST /emails:send'],
    ['POST', '/identities/8:acs:x/:bogus', 'POST /identities/{id}/:issueAccessToken'],
    ['POST', '/sms/batch/17', 'POST /sms'],
    ['POST', '/api/sms', 'POST /sms'],
    ['GET', '/API/sms/batches/17', 'GET /sms/batches/{id}'],
  ])('%s %s: the nearest is named first', (method, pathname, nearest) => {
    const error = refused(method, pathname);
    expect(error).toMatchObject({ code: 'NotFound', status: 404, allow: undefined });
    expect(error.message).toContain(`Nearest: ${nearest}`);
  });

  test('says that paths have no prefix /api', () => {
    expect(refused('POST', '/api/sms').message).toContain('do not begin with /api');
    expect(refused('POST', '/sms/api').message).not.toContain('/api');
  });

  test.each(['/', '//', '/nothing', '/s', '/smsx', '/%', '/%ff', '/sms%2Fbatches', '/.well-known/x'])(
    '%s has nothing near it',
    (pathname) => {
      const { message, code } = refused('GET', pathname);
      expect(code).toBe('NotFound');
      expect(message).not.toContain('Nearest');
      expect(message).toContain('GET /openapi.json');
    },
  );

  // azure-rest-api-specs, specification/communication/data-plane: CallAutomation 2024-09-15, Rooms 2024-04-15, PhoneNumbers
  // 2022-12-01, SipRouting 2023-03-01, JobRouter 2023-11-01, Messages 2024-08-30, NetworkTraversal 2022-02-01, Identity 2025-06-30.
  test.each([
    ['/calling/callConnections', 'Call Automation'],
    ['/calling/callConnections:answer', 'Call Automation'],
    ['/rooms/99199690362660524/participants', 'rooms'],
    ['/phoneNumbers/operations/17', 'phone numbers'],
    ['/availablePhoneNumbers/countries/US/:search', 'phone numbers'],
    ['/sip', 'SIP routing'],
    ['/routing/jobs/17:cancel', 'Job Router'],
    ['/messages/notifications:send', 'WhatsApp'],
    ['/networkTraversal/:issueRelayConfiguration', 'Network Traversal'],
    ['/access/teamsExtension/:exchangeAccessToken', 'Teams Phone'],
  ])('%s of another service of ACS says that Switchboard does not offer %s', (pathname, service) => {
    const { code, message } = refused('POST', pathname);
    expect(code).toBe('NotFound');
    expect(message).toMatch(/Switchboard has no such operation: it does not offer .+\. Call ACS itself\./);
    expect(message).toContain(service);
  });

  test('is answered with a limited number of names', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ methods: ['GET'], route: `things/${index}` }));
    expect(refused('GET', '/things', many).message.match(/GET \/things/g)).toHaveLength(8);
  });
});

test.each([
  ['a script', '/sms/<script>alert(1)</script>'],
  ['line breaks', '/sms/%0d%0aSet-Cookie:%20a=b'],
  ['an id', '/identities/8:acs:secret/x'],
  ['a template of its own', '/{secret}'],
])('nothing of a path with %s is in the message', (_, pathname) => {
  for (const method of ['GET', 'POST']) {
    expect(refused(method, pathname).message).not.toMatch(/script|Cookie|secret|[\r\n<>]/);
  }
});

// The host accepts 16 KB (Node) or 8 KB (Kestrel); each is far more than any path that is served.
test.each([
  ['slashes', '/'.repeat(200_000)],
  ['segments', '/sms'.repeat(50_000)],
  ['colons', `/sms/batches/${':'.repeat(200_000)}`],
  ['actions', `/sms/batches/${':cancel'.repeat(30_000)}x`],
  ['escapes', '/%73'.repeat(50_000)],
  ['broken escapes', `/sms/${'%'.repeat(200_000)}`],
])('a path of many %s is refused', (_, pathname) => {
  expect(refused('PUT', pathname).code).toMatch(/^(?:NotFound|MethodNotAllowed)$/);
});
