import { HttpRequest } from '@azure/functions';
import { afterEach, describe, expect, test, vi } from 'vitest';
import '../../../../functions/chat/createChatThread.ts';
import '../../../../functions/sms/sendSms.ts';
import { zUnknownOperation } from '../../../../functions/system/zUnknownOperation.ts';

const URL = 'https://switchboard.example';
const APP = 'https://app.contoso.com';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

function call(method: string, target: string, headers: Record<string, string> = {}) {
  const request = new HttpRequest({ method, url: URL + target, headers });
  Object.defineProperty(request, 'body', {
    get: () => {
      throw new Error('The body was read.');
    },
  });
  return zUnknownOperation(request);
}

describe('what no function serves', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/calling/callConnections'],
    ['HEAD', '/nothing'],
    ['PATCH', '/chat/thread/19%3Asecret%40thread.v2'],
  ])('%s %s is not found, in the words of ACS', async (method, target) => {
    const refusal = await call(method, target, { authorization: 'Bearer abc' }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'NotFound', status: 404 });
    expect(String(refusal)).toMatch(/Switchboard has no such operation/);
    expect(String(refusal)).not.toContain('secret');
  });

  test.each([
    ['PUT', '/sms?api-version=2021-03-07', 'POST /sms'],
    ['PATCH', '/chat/threads/', 'POST /chat/threads'],
    ['OPTIONS', '/chat/threads', 'POST /chat/threads'],
  ])('%s %s is not allowed, and the message names what is', async (method, target, named) => {
    const refusal = await call(method, target).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'MethodNotAllowed', status: 405, allow: ['POST'] });
    expect(String(refusal)).toContain(named);
  });
});

describe('a preflight', () => {
  const preflight = {
    origin: APP,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-ms-useragent',
  };
  const settings = (origins: string) => {
    vi.stubEnv('ACS_CONNECTION_STRING', 'endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0a2V5');
    vi.stubEnv('AzureWebJobsStorage', 'UseDevelopmentStorage=true');
    vi.stubEnv('CORS_ORIGINS', origins);
  };

  test('for chat is answered to the origins of the setting', async () => {
    settings(APP);
    const answer = await call('OPTIONS', '/chat/threads?api-version=2025-03-15', preflight);
    expect(answer).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': APP } });
  });

  test('for anything else is refused', async () => {
    settings(APP);
    await expect(call('OPTIONS', '/sms', preflight)).rejects.toMatchObject({ code: 'MethodNotAllowed' });
    await expect(call('OPTIONS', '/nothing', preflight)).rejects.toMatchObject({ code: 'NotFound' });
  });
});
