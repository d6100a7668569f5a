import { upstreamAnswered } from '../telemetry/measures.ts';
import type { SpanFacts } from '../telemetry/signals.ts';
import { annotate, inSpan, traceMember } from '../telemetry/telemetry.ts';
import type { AcsRequest } from './request.ts';

/** How far a request to ACS has come. */
export interface RequestProgress {
  tries: number;
  /** Of ACS's last answer; undefined before one comes. */
  status: number | undefined;
}

/**
 * Sends a request as a step of the trace, which ACS is told of, and measures how long it took.
 *
 * @param send sends it, and notes how far it has come
 * @see OpenTelemetry "Semantic conventions for HTTP spans", HTTP client
 */
export function observedRequest<Result>(
  endpoint: string,
  request: AcsRequest,
  send: (request: AcsRequest, progress: RequestProgress) => Promise<Result>,
): Promise<Result> {
  return inSpan(spanFacts(endpoint, request), async () => {
    const progress: RequestProgress = { tries: 0, status: undefined };
    const startedAt = performance.now();
    try {
      return await send({ ...request, headers: { ...request.headers, ...traceMember() } }, progress);
    } finally {
      const { service, method } = request;
      const { status, tries } = progress;
      annotate({
        'http.response.status_code': status,
        'http.request.resend_count': tries > 1 ? tries - 1 : undefined,
      });
      upstreamAnswered({
        ...{ service, method, route: routeOf(request), status },
        milliseconds: performance.now() - startedAt,
      });
    }
  });
}

function spanFacts(endpoint: string, request: AcsRequest): SpanFacts {
  const { service, method, senderKind } = request;
  const { hostname, port, protocol } = new URL(endpoint);
  return {
    name: `ACS ${method} ${routeOf(request)}`,
    kind: 'client',
    attributes: {
      'http.request.method': method,
      'url.template': routeOf(request),
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
      'switchboard.upstream.service': service,
      'switchboard.sender.kind': senderKind,
    },
  };
}

function routeOf({ route, path }: AcsRequest): string {
  return route ?? path;
}
