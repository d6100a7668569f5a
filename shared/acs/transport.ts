import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import { REQUEST_DEADLINE_MILLISECONDS } from '../contract/sendWindow.ts';
import type { AcsAccess, AcsService } from '../settings/settings.ts';
import { once } from '../storage/connection.ts';
import { upstreamAnswered } from '../telemetry/measures.ts';
import type { SpanFacts } from '../telemetry/signals.ts';
import { annotate, inSpan, traceMember } from '../telemetry/telemetry.ts';
import { inDoubt, readAcsError } from './acsError.ts';
import { type AcsAnswer, type AcsRequest, requestUrl } from './request.ts';

/** Sends a request and returns the 2xx response; see `createTransport` for the errors. */
export type Transport = (request: AcsRequest) => Promise<AcsAnswer<unknown>>;

export interface TransportOptions {
  readonly access: AcsAccess;
  readonly apiVersions: Readonly<Record<AcsService, string>>;
  readonly now: () => Date;
  /** Sends each attempt; by default, over the network. */
  readonly httpClient?: HttpClient | undefined;
}

/** Loads the pipeline and its SDK on first use. */
export function lazyPipelines({ access, now, httpClient }: TransportOptions) {
  return once(async () => {
    const { createPipelines } = await import('./pipeline.ts');
    return createPipelines(access, now, httpClient);
  });
}

/**
 * Sends requests through retry → sign → send. Each request is a span of the trace, which continues at ACS.
 *
 * The transport throws SwitchboardError: `TooManyRequests` immediately on 429; `UpstreamDenied` on a 401 or 403 for our own
 * credentials; `UpstreamRejected` with ACS's status and code on any other 4xx; `UpstreamUnavailable` if the request had no
 * effect; `UpstreamInDoubt` if it may have had one and the response is lost.
 */
export function createTransport(options: TransportOptions): Transport {
  const pipelines = lazyPipelines(options);
  const { endpoint } = options.access;
  const exchange = async (request: AcsRequest, progress: Progress): Promise<AcsAnswer<unknown>> => {
    const { send } = await pipelines();
    const url = requestUrl(endpoint, request, options.apiVersions);
    let isInDoubt = false;
    const onAttempt = (isAttemptInDoubt: boolean) => {
      progress.attempts += 1;
      isInDoubt ||= isAttemptInDoubt;
    };
    let response: PipelineResponse;
    try {
      response = await send(url, request, AbortSignal.timeout(REQUEST_DEADLINE_MILLISECONDS), onAttempt);
    } catch (error) {
      throw readAcsError({ error }, request, isInDoubt);
    }
    const { status, headers, bodyAsText } = response;
    progress.status = status;
    const text = bodyAsText ?? '';
    const header = (name: string) => headers.get(name);
    if (status < 200 || status >= 300) throw readAcsError({ status, text, header }, request, isInDoubt);
    return { status, body: parseBody(text, request), header, repetition: request.repetition };
  };
  return (request) => observedRequest(endpoint, request, exchange);
}

function parseBody(text: string, request: AcsRequest): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw inDoubt('ACS’s response was not JSON', request, cause);
  }
}

interface Progress {
  attempts: number;
  /** The status of the last response; undefined until one arrives. */
  status: number | undefined;
}

/**
 * Runs a request as a span whose context is sent to ACS, and measures its duration.
 *
 * @see OpenTelemetry "Semantic conventions for HTTP spans", HTTP client
 */
export function observedRequest<Result>(
  endpoint: string,
  request: AcsRequest,
  send: (request: AcsRequest, progress: Progress) => Promise<Result>,
): Promise<Result> {
  const { service, method, route = request.path } = request;
  return inSpan(spanFacts(endpoint, request, route), async () => {
    const progress: Progress = { attempts: 0, status: undefined };
    const startedAt = performance.now();
    try {
      return await send({ ...request, headers: { ...request.headers, ...traceMember() } }, progress);
    } finally {
      const { status, attempts } = progress;
      annotate({
        'http.response.status_code': status,
        'http.request.resend_count': attempts > 1 ? attempts - 1 : undefined,
      });
      upstreamAnswered({ service, method, route, status, milliseconds: performance.now() - startedAt });
    }
  });
}

function spanFacts(endpoint: string, { service, method, senderKind }: AcsRequest, route: string): SpanFacts {
  const { hostname, port, protocol } = new URL(endpoint);
  return {
    name: `ACS ${method} ${route}`,
    kind: 'client',
    attributes: {
      'http.request.method': method,
      'url.template': route,
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
      'switchboard.upstream.service': service,
      'switchboard.sender.kind': senderKind,
    },
  };
}
