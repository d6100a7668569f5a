import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterEach, expect, test, vi } from 'vitest';
import { health } from '../../../../functions/system/health.ts';

const log: string[] = [];
const call = () =>
  health(
    new HttpRequest({ method: 'GET', url: 'https://switchboard.example/health' }),
    new InvocationContext({ logHandler: (level, ...args) => log.push(`${level}: ${args.join(' ')}`) }),
  );

afterEach(() => {
  vi.unstubAllEnvs();
  log.length = 0;
});

test('with good settings it is healthy', async () => {
  vi.stubEnv('ACS_CONNECTION_STRING', 'endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0a2V5');
  vi.stubEnv('AzureWebJobsStorage', 'UseDevelopmentStorage=true');
  expect(await call()).toEqual({ status: 200, jsonBody: { status: 'healthy' } });
  expect(log).toEqual([]);
});

test('with bad ones it is not; the caller learns nothing of them, the log all', async () => {
  vi.stubEnv('ACS_CONNECTION_STRING', 'hunter2');
  vi.stubEnv('AzureWebJobsStorage', 'UseDevelopmentStorage=true');
  expect(await call()).toEqual({ status: 503, jsonBody: { status: 'unhealthy' } });
  expect(log).toEqual([
    expect.stringMatching(/^error: Invalid settings:\n {2}ACS_CONNECTION_STRING: must have the form/),
  ]);
  expect(log.join()).not.toContain('hunter2');
});
