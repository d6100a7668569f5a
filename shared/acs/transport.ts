import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { REQUEST_DEADLINE_MILLISECONDS } from '../contract/sendWindow.ts';
import type { AcsAccess, AcsService } from '../settings/settings.ts';
import { doubted, failure, lostAnswer, rejection } from './errors.ts';
import { observedRequest, type RequestProgress } from './observed.ts';
import type { AcsPipelines, OnTry } from './pipeline.ts';
import type { AcsAnswer, AcsRequest } from './request.ts';

/** Sends one request and answers with its 2xx; see `createTransport` for what it throws. */
export type Transport = (request: AcsRequest) => Promise<AcsAnswer<unknown>>;

export interface TransportOptions {
  readonly access: AcsAccess;
  readonly apiVersions: Readonly<Record<AcsService, string>>;
  readonly now: () => Date;
}

/**
 * The way to ACS: retry → sign → send. The pipeline and its SDK are loaded at the first request.
 *
 * The transport throws SwitchboardError: `TooManyRequests` at once on 429; `UpstreamDenied` on our own 401 or 403;
 * `UpstreamRejected` with ACS's status and code on any other 4xx; `UpstreamUnavailable` when ACS did nothing;
 * `UpstreamInDoubt` when it may have done something and the answer is lost.
 */
export function createTransport(options: TransportOptions): Transport {
  let pipelines: Promise<AcsPipelines> | undefined;
  const exchange = async (request: AcsRequest, progress: RequestProgress): Promise<AcsAnswer<unknown>> => {
    pipelines ??= import('./pipeline.ts').then(({ createPipelines }) => createPipelines(options.access, options.now));
    const { send } = await pipelines;
    const url = requestUrl(options, request);
    let isInDoubt = false;
    const onTry: OnTry = (isTryInDoubt) => {
      progress.tries += 1;
      isInDoubt ||= isTryInDoubt;
    };
    let response: PipelineResponse;
    try {
      response = await send(url, request, AbortSignal.timeout(REQUEST_DEADLINE_MILLISECONDS), onTry);
      progress.status = response.status;
    } catch (error) {
      throw doubted(lostAnswer(error, request), isInDoubt, request);
    }
    if (response.status >= 200 && response.status < 300) return answerOf(response, request);
    const { headers, bodyAsText } = response;
    throw doubted(
      rejection(response.status, bodyAsText ?? '', (name) => headers.get(name), request),
      isInDoubt,
      request,
    );
  };
  const { endpoint } = options.access;
  return (request) => observedRequest(endpoint, request, exchange);
}

/** The absolute URL of a request, with the api-version of its service. */
export function requestUrl({ access, apiVersions }: TransportOptions, request: AcsRequest): string {
  const url = new URL(access.endpoint.replace(/(?<!\/)\/+$/, '') + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  url.searchParams.set('api-version', apiVersions[request.service]);
  return url.href;
}

function answerOf(response: PipelineResponse, request: AcsRequest): AcsAnswer<unknown> {
  return {
    status: response.status,
    body: parseBody(response.bodyAsText ?? '', request),
    header: (name) => response.headers.get(name),
    repetition: request.repetition,
  };
}

function parseBody(text: string, request: AcsRequest): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failure('ACS answered with something else than JSON', request, cause);
  }
}
