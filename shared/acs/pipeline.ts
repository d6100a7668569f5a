import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  type RestError,
  retryPolicy,
} from '@azure/core-rest-pipeline';
import { bodyTypeOf } from '../contract/common.ts';
import { azureCredential } from '../settings/azureCredential.ts';
import type { AcsAccess } from '../settings/settings.ts';
import { importKey } from '../signing/sign.ts';
import { isTransientStatus, leavesDoubt, wasNotSent } from './acsError.ts';
import { entraPolicy, signingPolicy } from './credentials.ts';
import type { AcsRequest } from './request.ts';

export interface AcsPipelines {
  /**
   * Sends a request through retry → sign → send. Rejects when no response arrives.
   *
   * @param onAttempt called after each attempt
   */
  send(url: string, request: AcsRequest, deadline: AbortSignal, onAttempt: OnAttempt): Promise<PipelineResponse>;
}

/** @param isInDoubt whether the attempt may have taken effect although it failed */
export type OnAttempt = (isInDoubt: boolean) => void;

/**
 * One pipeline for each combination of retry rule and credential; they share the keep-alive connections.
 *
 * @param httpClient sends each attempt
 */
export function createPipelines(
  access: AcsAccess,
  now: () => Date,
  httpClient: HttpClient = createDefaultHttpClient(),
): AcsPipelines {
  const resource =
    access.kind === 'keys'
      ? signingPolicy(access.accessKeys.map(importKey), now)
      : entraPolicy(() => azureCredential(access.clientId));
  const observers = new WeakMap<PipelineRequest, OnAttempt>();
  const observe = attemptObserver((request, isInDoubt) => observers.get(request)?.(isInDoubt));
  const pipelines = { resource: pipelinesOf(observe, resource), user: pipelinesOf(observe) };
  return {
    send(url, request, deadline, onAttempt) {
      const pipeline = pipelines[request.userToken === undefined ? 'resource' : 'user'][retryRule(request)];
      const outgoing = pipelineRequest(url, request, deadline);
      observers.set(outgoing, onAttempt);
      return pipeline.sendRequest(httpClient, outgoing);
    },
  };
}

function pipelinesOf(...policies: PipelinePolicy[]) {
  return {
    repeatable: pipelineOf(repeatableRetry(), ...policies),
    onceOnly: pipelineOf(onceOnlyRetry(), ...policies),
    never: pipelineOf(...policies),
  };
}

function pipelineOf(...policies: PipelinePolicy[]): Pipeline {
  const pipeline = createEmptyPipeline();
  for (const policy of policies) pipeline.addPolicy(policy);
  return pipeline;
}

function retryRule({ repetition, isCounted }: AcsRequest): 'repeatable' | 'onceOnly' | 'never' {
  if (isCounted) return 'never';
  return repetition === 'doubles' ? 'onceOnly' : 'repeatable';
}

/**
 * For requests that may be repeated: retries after every failed attempt. A 429 is returned at once: the caller decides
 * when to retry.
 */
export function repeatableRetry(): PipelinePolicy {
  return retry((response, error) => (response ? isTransientStatus(response.status) : error !== undefined));
}

/** For requests that would take effect twice: retries only if ACS cannot have processed the request. */
export function onceOnlyRetry(): PipelinePolicy {
  return retry((response, error) => (response ? response.status === 503 : wasNotSent(error)));
}

/** Three attempts in total. */
const MAXIMUM_RETRIES = 2;
const FIRST_DELAY_MILLISECONDS = 200;

type MayRetry = (response: PipelineResponse | undefined, error: RestError | undefined) => boolean;

function retry(mayRetry: MayRetry): PipelinePolicy {
  const strategy: Parameters<typeof retryPolicy>[0][number] = {
    name: 'switchboard',
    retry({ retryCount, response, responseError }) {
      if (!mayRetry(response, responseError)) return { skipStrategy: true };
      // Half of the delay is random, so that callers that failed together do not retry together.
      return { retryAfterInMs: FIRST_DELAY_MILLISECONDS * 2 ** retryCount * (0.5 + Math.random() / 2) };
    },
  };
  return retryPolicy([strategy], { maxRetries: MAXIMUM_RETRIES });
}

/** Reports every attempt: the last one alone says nothing about those before it. */
function attemptObserver(onAttempt: (request: PipelineRequest, isInDoubt: boolean) => void): PipelinePolicy {
  return {
    name: 'attemptObserver',
    async sendRequest(request, next) {
      try {
        const response = await next(request);
        onAttempt(request, leavesDoubt(response.status));
        return response;
      } catch (error) {
        onAttempt(request, !wasNotSent(error));
        throw error;
      }
    },
  };
}

function pipelineRequest(url: string, request: AcsRequest, deadline: AbortSignal) {
  const headers = createHttpHeaders({
    accept: 'application/json',
    'user-agent': 'acs-switchboard',
    'x-ms-client-request-id': request.clientRequestId,
    ...request.headers,
  });
  if (request.userToken !== undefined) headers.set('authorization', `Bearer ${request.userToken}`);
  if (request.body !== undefined) headers.set('content-type', bodyTypeOf(request.method));
  return createPipelineRequest({
    url,
    method: request.method,
    headers,
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    abortSignal: deadline,
    requestId: request.clientRequestId,
    allowInsecureConnection: url.startsWith('http://'), // the settings allow http to this machine only
  });
}
