import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, inject, test } from 'vitest';
import { errorEnvelope } from '../../shared/contract/common.ts';
import { answerOf } from '../setup/switchboard.ts';

const { switchboard } = inject('stack');

describe('what no function serves', () => {
  const ask = async (method: string, target: string) => {
    const headers = { authorization: 'Bearer of nobody', 'x-ms-client-request-id': crypto.randomUUID() };
    const answer = await answerOf(await fetch(`${switchboard}${target}?api-version=2024-03-15`, { method, headers }));
    const { error } = errorEnvelope.parse(answer.body);
    expect(answer.headers.get('x-ms-error-code')).toBe(error.code);
    expect(answer.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-ms-client-request-id')).toBe(headers['x-ms-client-request-id']);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    return { status: answer.status, error, allow: answer.headers.get('allow') };
  };

  test.each([
    ['POST', '/sms/batch/of/ours', /Nearest: POST \/sms\b/],
    ['POST', '/emails', /Nearest: POST \/emails:send\b/],
    ['POST', '/identities/8:acs:x/:renewAccessToken', /POST \/identities\/\{id\}\/:issueAccessToken/],
    ['POST', '/calling/callConnections', /does not offer calls/],
    ['GET', '/rooms', /does not offer rooms/],
    ['GET', '/phoneNumbers', /does not offer the administration of phone numbers/],
    ['POST', '/api/sms', /do not begin with \/api\. Nearest: POST \/sms\b/],
    ['GET', '/', /GET \/openapi\.json/],
    ['OPTIONS', '/', /GET \/openapi\.json/],
    ['GET', `/${'a/'.repeat(4000)}`, /GET \/openapi\.json/],
  ])('%s %.40s is 404 in the envelope of ACS, which names what is near', async (method, target, named) => {
    const { status, error, allow } = await ask(method, target);
    expect({ status, code: error.code, allow }).toEqual({ status: 404, code: 'NotFound', allow: null });
    expect(error.message).toMatch(/Switchboard has no such operation/);
    expect(error.message).toMatch(named);
  });

  test.each([
    ['GET', '/sms', 'POST'],
    ['PUT', '/sms', 'POST'],
    ['PUT', '/SMS/', 'POST'],
    ['PUT', '/%73ms', 'POST'],
    ['GET', '/identities/8:acs:x', 'DELETE'],
    ['PUT', '/identities/8%3Aacs%3Ax', 'DELETE'],
    ['DELETE', '/sms/batches', 'GET, POST'],
    ['OPTIONS', '/sms/batches', 'GET, POST'],
    ['DELETE', '/teamsUser/:exchangeAccessToken', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
  ])('%s %s is 405 with Allow: %s', async (method, target, methods) => {
    const { status, error, allow } = await ask(method, target);
    expect({ status, code: error.code }).toEqual({ status: 405, code: 'MethodNotAllowed' });
    expect(allow?.split(', ').sort().join(', ')).toBe(methods);
    for (const it of methods.split(', ')) expect(error.message).toContain(it);
  });

  test('HEAD is 404 or 405 without a body', async () => {
    const unknown = await fetch(`${switchboard}/nothing`, { method: 'HEAD' });
    expect({ status: unknown.status, text: await unknown.text() }).toEqual({ status: 404, text: '' });
    expect(unknown.headers.get('x-ms-error-code')).toBe('NotFound');
    const known = await fetch(`${switchboard}/sms`, { method: 'HEAD' });
    expect({ status: known.status, text: await known.text() }).toEqual({ status: 405, text: '' });
    expect(known.headers.get('allow')).toBe('POST');
  });

  // https://fetch.spec.whatwg.org/#methods forbids TRACE, so that the library of Functions cannot hand it to a function.
  test.each(['TRACE', 'PROPFIND'])('%s is refused by the host', async (method) => {
    const answered = once(request(`${switchboard}/sms`, { method }).end(), 'response');
    const [response]: IncomingMessage[] = await answered;
    expect(response?.resume().statusCode).toBe(404);
  });

  test.each(['/admin', '/admin/', '/ADMIN/host/status', '/runtime', '/runtime/webhooks/x'])(
    '%s stays that of the host',
    async (target) => {
      const response = await fetch(switchboard + target);
      expect({ status: response.status, text: await response.text() }).toEqual({ status: 404, text: '' });
    },
  );
});

describe('HEAD', () => {
  // As GET, without the body (RFC 9110 §9.3.2); Azure Front Door probes so unless told otherwise.
  test.each(['/health', '/health/ready', '/openapi.json', '/docs'])('%s is answered as GET is', async (target) => {
    const get = await fetch(switchboard + target);
    const head = await fetch(switchboard + target, { method: 'HEAD' });
    expect(get.status).toBe(200);
    expect((await get.text()).length).toBeGreaterThan(0);
    expect({ status: head.status, text: await head.text() }).toEqual({ status: 200, text: '' });
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
  });
});
