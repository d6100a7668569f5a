import {
  type PipelinePolicy,
  type PipelineResponse,
  type RestError,
  type RetryStrategy,
  retryPolicy,
} from '@azure/core-rest-pipeline';
import { isTransientStatus, wasNotSent } from './failures.ts';

/** Three tries in all. */
const MAXIMUM_RETRIES = 2;
const FIRST_DELAY_MILLISECONDS = 200;

/**
 * For requests that may be repeated: any lost or failed answer is tried again. A 429 is not slept out here: whoever
 * called decides when to come back.
 */
export function repeatableRetry(): PipelinePolicy {
  return retry('repeatable', (response, error) =>
    response ? isTransientStatus(response.status) : error !== undefined,
  );
}

/** For requests that would take effect twice: only what surely never reached ACS, or was turned away whole (503). */
export function onceOnlyRetry(): PipelinePolicy {
  return retry('once only', (response, error) => (response ? response.status === 503 : wasNotSent(error)));
}

type MayRetry = (response: PipelineResponse | undefined, error: RestError | undefined) => boolean;

function retry(name: string, mayRetry: MayRetry): PipelinePolicy {
  const strategy: RetryStrategy = {
    name,
    retry({ retryCount, response, responseError }) {
      if (!mayRetry(response, responseError)) return { skipStrategy: true };
      // Half of the delay is random, so that callers that failed together do not come back together.
      return { retryAfterInMs: FIRST_DELAY_MILLISECONDS * 2 ** retryCount * (0.5 + Math.random() / 2) };
    },
  };
  return retryPolicy([strategy], { maxRetries: MAXIMUM_RETRIES });
}
