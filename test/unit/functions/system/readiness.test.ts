import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterEach, expect, test, vi } from 'vitest';
import { readiness } from '../../../../functions/system/readiness.ts';

afterEach(() => vi.unstubAllEnvs());

// That it is ready needs storage and ACS: test/integration/readiness.test.ts.
test('with settings that cannot be used it is not ready; the caller learns nothing of them, the log all', async () => {
  vi.stubEnv('ACS_CONNECTION_STRING', 'hunter2');
  vi.stubEnv('AzureWebJobsStorage', 'UseDevelopmentStorage=true');
  const log: string[] = [];
  const answer = await readiness(
    new HttpRequest({ method: 'GET', url: 'https://switchboard.example/health/ready' }),
    new InvocationContext({ logHandler: (level, ...args) => log.push(`${level}: ${args.join(' ')}`) }),
  );
  expect(answer).toMatchObject({ status: 503, jsonBody: { status: 'unready' } });
  expect(Object.keys(answer.jsonBody)).toEqual(['status']);
  expect(log).toEqual([
    expect.stringMatching(/^error: Invalid settings:\n {2}ACS_CONNECTION_STRING: must have the form/),
  ]);
  expect(log.join()).not.toContain('hunter2');
});
