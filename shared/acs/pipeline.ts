import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { AcsAccess } from '../settings/settings.ts';
import { importKey } from '../signing/sign.ts';
import { entraPolicy, signingPolicy } from './credentials.ts';
import { leavesDoubt, wasNotSent } from './failures.ts';
import type { AcsRequest } from './request.ts';
import { onceOnlyRetry, repeatableRetry } from './retry.ts';

export interface AcsPipelines {
  /**
   * Sends through retry → sign → send. Rejects when no answer arrives.
   *
   * @param onTry called after each try: whether it may have taken effect, although no answer says so
   */
  send(url: string, request: AcsRequest, deadline: AbortSignal, onTry: OnTry): Promise<PipelineResponse>;
}

export type OnTry = (isInDoubt: boolean) => void;

/** One pipeline for each pair of retry rule and credential; they share the keep-alive connections. */
export function createPipelines(access: AcsAccess, now: () => Date): AcsPipelines {
  const httpClient = createDefaultHttpClient();
  const resource = resourcePolicy(access, now);
  const watchers = new WeakMap<PipelineRequest, OnTry>();
  const watch = watchPolicy((request, isInDoubt) => watchers.get(request)?.(isInDoubt));
  const pipelines = {
    resource: pipelinesOf(watch, resource),
    user: pipelinesOf(watch),
  };
  return {
    send(url, request, deadline, onTry) {
      const pipeline = pipelines[request.userToken === undefined ? 'resource' : 'user'][retryRule(request)];
      const outgoing = pipelineRequest(url, request, deadline);
      watchers.set(outgoing, onTry);
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

function retryRule({ repetition, isCounted }: AcsRequest): 'repeatable' | 'onceOnly' | 'never' {
  if (isCounted) return 'never';
  return repetition === 'doubles' ? 'onceOnly' : 'repeatable';
}

/** Looks at each try by itself: what is known after the last one says nothing of those before it. */
function watchPolicy(onTry: (request: PipelineRequest, isInDoubt: boolean) => void): PipelinePolicy {
  return {
    name: 'watch',
    async sendRequest(request, next) {
      try {
        const response = await next(request);
        onTry(request, leavesDoubt(response.status));
        return response;
      } catch (error) {
        onTry(request, !wasNotSent(error));
        throw error;
      }
    },
  };
}

function resourcePolicy(access: AcsAccess, now: () => Date): PipelinePolicy {
  return access.kind === 'keys' ? signingPolicy(access.accessKeys.map(importKey), now) : entraPolicy(access.clientId);
}

function pipelineOf(...policies: PipelinePolicy[]): Pipeline {
  const pipeline = createEmptyPipeline();
  for (const policy of policies) pipeline.addPolicy(policy);
  return pipeline;
}

function pipelineRequest(url: string, request: AcsRequest, deadline: AbortSignal) {
  const headers = createHttpHeaders({
    accept: 'application/json',
    'user-agent': 'acs-switchboard',
    'x-ms-client-request-id': request.clientRequestId,
    ...request.headers,
  });
  if (request.userToken !== undefined) headers.set('authorization', `Bearer ${request.userToken}`);
  if (request.body !== undefined) headers.set('content-type', 'application/json');
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
