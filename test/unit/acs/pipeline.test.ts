import { createHttpHeaders, createPipelineRequest, type PipelinePolicy, RestError } from '@azure/core-rest-pipeline';
import { describe, expect, test } from 'vitest';
import { onceOnlyRetry, repeatableRetry } from '../../../shared/acs/pipeline.ts';

type Result = number | string;

/** How often a policy sends, when each try ends with a status or with an error of this code. */
async function tries(policy: PipelinePolicy, ...results: Result[]): Promise<number> {
  let count = 0;
  const request = createPipelineRequest({ url: 'https://acs.example/sms' });
  const next = async () => {
    const result = results[Math.min(count, results.length - 1)];
    count += 1;
    if (typeof result === 'number') return { request, status: result, headers: createHttpHeaders() };
    throw new RestError('lost', { code: String(result) });
  };
  await policy.sendRequest(request, next).catch((error: unknown) => {
    if (!(error instanceof RestError)) throw error;
  });
  return count;
}

describe('a request that may be repeated', () => {
  test.each<[Result, number]>([
    ['ECONNRESET', 3],
    ['ECONNREFUSED', 3],
    [500, 3],
    [503, 3],
    [200, 1],
    [429, 1],
    [401, 1],
    [501, 1],
  ])('is sent after %s: %i times', async (result, count) => {
    expect(await tries(repeatableRetry(), result)).toBe(count);
  });

  test('is not sent again after a successful response', async () => {
    expect(await tries(repeatableRetry(), 500, 200)).toBe(2);
  });
});

describe('a request that would take effect twice', () => {
  test.each<[Result, number]>([
    ['ECONNREFUSED', 3],
    ['ENOTFOUND', 3],
    [503, 3],
    ['ECONNRESET', 1],
    ['ETIMEDOUT', 1],
    [500, 1],
    [502, 1],
    [504, 1],
    [408, 1],
    [429, 1],
  ])('is sent after %s: %i times', async (result, count) => {
    expect(await tries(onceOnlyRetry(), result)).toBe(count);
  });

  test('is not sent again once it may have arrived', async () => {
    expect(await tries(onceOnlyRetry(), 'ECONNREFUSED', 'ECONNRESET')).toBe(2);
  });
});
