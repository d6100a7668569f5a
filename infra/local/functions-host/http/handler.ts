import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AllowedHosts, hostWithPort, refuseHost } from '../../requestGuard.ts';
import type { Invoke } from '../invocation.ts';
import type { Log } from '../log.ts';
import { outputOf } from '../rpc.ts';
import type { RunByName } from './admin.ts';
import { answerAdmin } from './admin.ts';
import { type FunctionKeys, hasKey } from './functionKeys.ts';
import { createLocalState, type ResetState } from './localState.ts';
import { readBody, readTarget, type Target, toRpcRequest } from './request.ts';
import { answer, answerEmpty, answerRefusal } from './response.ts';
import { findRoute, type Match, type Route } from './router.ts';

export interface HandlerOptions {
  readonly routes: readonly Route[];
  readonly keys: FunctionKeys;
  readonly allowedHosts: AllowedHosts;
  readonly invoke: Invoke;
  readonly runByName: RunByName;
  readonly resetState: ResetState | undefined;
  readonly log: Log;
}

export type Handle = (request: IncomingMessage, response: ServerResponse, scheme: 'http' | 'https') => Promise<void>;

/** Handles requests in these steps: target, host, route, key, body, function, response. */
export function createHandler(options: HandlerOptions): Handle {
  const answerLocalState = createLocalState(options);
  return async (request, response, scheme) => {
    const target = readTarget(scheme, hostWithPort(request), request.url ?? '');
    if (!target) return answerEmpty(response, 400);
    const refused = refuseHost(request, options.allowedHosts);
    if (refused) return answerRefusal(response, refused);
    // Reserved for the host, even if a function matches every path.
    if (/^\/admin(?:\/|$)/i.test(target.path)) return answerAdmin(request, response, target, options);
    if (/^\/_local(?:\/|$)/i.test(target.path)) return answerLocalState(request, response, target);
    if (/^\/runtime(?:\/|$)/i.test(target.path)) return answerEmpty(response, 404);
    await answerRoute(options, request, response, target);
  };
}

async function answerRoute(
  options: HandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
): Promise<void> {
  const match = findRoute(options.routes, request.method ?? 'GET', target.path);
  if (!match) return answerEmpty(response, 404);
  if (!hasKey(options.keys, match.target.trigger.authLevel, request, target)) return answerEmpty(response, 401);
  await answerMatch(options, request, response, { target, match });
}

async function answerMatch(
  { invoke, log }: HandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  { target, match }: { target: Target; match: Match },
): Promise<void> {
  const body = await readBody(request);
  if (body === 'gone') return;
  if (body === 'too large') return refuseBody(response);
  const http = toRpcRequest(request, target, match.parameters, body === 'none' ? undefined : body);
  try {
    const { traceparent, tracestate } = request.headers;
    const outcome = await invoke(match.target, {
      data: { http },
      traceParent: single(traceparent),
      traceState: single(tracestate),
    });
    answer(response, outputOf(outcome, match.target.httpOutput)?.http);
  } catch (error) {
    log.error(`${match.target.name} failed`, error);
    if (response.headersSent) response.destroy();
    else answerEmpty(response, 500);
  }
}

function refuseBody(response: ServerResponse): void {
  // The rest of the body is not read, so the connection cannot be used for another request.
  response.shouldKeepAlive = false;
  answerEmpty(response, 413);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
