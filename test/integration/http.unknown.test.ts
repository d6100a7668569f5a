import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, inject, test } from 'vitest';
import { errorEnvelope } from '../../shared/contract/common.ts';
import { answerOf } from '../setup/switchboard.ts';

const { switchboard } = inject('stack');

describe('what no function serves', () => {
  test.each([
    ['GET', '/sms'],
    ['PUT', '/sms'],
    ['POST', '/sms/batch/of/ours'],
    ['POST', '/emails'],
    ['GET', '/identities/8:acs:x'],
    ['PATCH', '/chat/threads/19%3Ax%40thread.v2'],
    ['POST', '/calling/callConnections'],
    ['POST', '/api/sms'],
    ['GET', '/'],
    ['OPTIONS', '/chat/threads'],
    ['OPTIONS', '/'],
  ])('%s %s is 404 in the envelope of ACS', async (method, target) => {
    const headers = { authorization: 'Bearer of nobody', 'x-ms-client-request-id': crypto.randomUUID() };
    const answer = await answerOf(await fetch(`${switchboard}${target}?api-version=2024-03-15`, { method, headers }));
    const { error } = errorEnvelope.parse(answer.body);
    expect({ status: answer.status, code: error.code }).toEqual({ status: 404, code: 'NotFound' });
    expect(error.message).toMatch(/Switchboard has no such operation/);
    expect(answer.headers.get('x-ms-error-code')).toBe('NotFound');
    expect(answer.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-ms-client-request-id')).toBe(headers['x-ms-client-request-id']);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('HEAD is 404 without a body', async () => {
    const response = await fetch(`${switchboard}/nothing`, { method: 'HEAD' });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 404, text: '' });
    expect(response.headers.get('x-ms-error-code')).toBe('NotFound');
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
