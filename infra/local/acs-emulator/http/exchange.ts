import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AllowedHosts, type Refusal, refuseCrossSite, refuseHost } from '../../requestGuard.ts';
import type { Context } from '../context.ts';
import { type AnswerFacts, answerOfError, serviceHeaders, writeAnswer } from './answer.ts';
import { API_VERSIONS, requireApiVersion } from './apiVersions.ts';
import { authenticate } from './authenticate.ts';
import { readBody } from './body.ts';
import { refusal } from './errors.ts';
import { type Fault, faultAnswer } from './faults.ts';
import type { Answer, Call, Route } from './route.ts';
import type { FindRoute, FoundRoute } from './router.ts';

export interface ExchangeParts {
  readonly emulator: Context;
  readonly findRoute: FindRoute;
  readonly allowedHosts: AllowedHosts;
  /** Resolves when everything recorded so far will outlive the process. */
  readonly settled: () => Promise<void>;
  readonly report: (facts: ExchangeFacts) => void;
}

/** What the log says about an exchange. */
export interface ExchangeFacts {
  readonly method: string;
  readonly path: string;
  readonly status: number | 'timeout' | 'reset';
  readonly durationMilliseconds: number;
  readonly clientRequestId: string | undefined;
  readonly errorCode: string | undefined;
  /** An unexpected error, which the caller does not get to see. */
  readonly error?: unknown;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly found: FoundRoute | undefined;
  /** Why the request is not answered, whatever it asks for. */
  readonly refused: Refusal | undefined;
  readonly startedAt: number;
}

/**
 * One request's way: route, host and origin, body, fault, authentication, api-version, handler, journal, answer.
 *
 * @throws when the client broke off its body
 */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ExchangeParts,
): Promise<void> {
  const startedAt = performance.now();
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const found = parts.findRoute(request.method ?? '', path);
  const isControl = found?.route.service === 'emulator';
  const refused = refuseHost(request, parts.allowedHosts) ?? (isControl ? refuseCrossSite(request) : undefined);
  const body = await readBody(request);
  const current: Exchange = { request, response, path, found, refused, startedAt };
  const fault = found && !isControl && !refused ? parts.emulator.faults.strike(found.name) : undefined;
  if (fault && !fault.afterEffect) return disturb(current, fault, parts);
  const outcome = await answerTo(current, body, parts);
  if (fault) disturb(current, fault, parts);
  else finish(current, outcome, parts);
}

type Outcome = Answer & { readonly errorCode?: string; readonly error?: unknown };

async function answerTo(current: Exchange, body: Buffer | undefined, parts: ExchangeParts): Promise<Outcome> {
  try {
    const { found, refused } = current;
    if (refused) throw refusal(refused.status, refused.code, refused.message);
    if (!found) throw refusal(404, 'NotFound', `There is nothing at ${current.request.method} ${current.path}.`);
    if (!body) throw refusal(413, 'RequestEntityTooLarge', tooLarge(found.route));
    const answer = await runRoute(found, callOf(current, found, body), current.path, parts);
    await parts.settled();
    return answer;
  } catch (error) {
    const answer = answerOfError(error);
    return answer.status === 500 ? { ...answer, error } : answer;
  }
}

async function runRoute(found: FoundRoute, call: Call, path: string, parts: ExchangeParts): Promise<Answer> {
  const { route } = found;
  const userId = await authenticate(route.auth, call, parts.emulator);
  if (route.service === 'emulator') return route.handle(call, parts.emulator);
  const versions = route.versions ?? API_VERSIONS[route.service];
  const apiVersion = requireApiVersion(versions, call.query, call.baseUrl + path);
  return route.handle({ ...call, userId, apiVersion }, parts.emulator);
}

function callOf({ request, path }: Exchange, found: FoundRoute, body: Buffer): Call {
  const target = request.url ?? '/';
  const scheme = 'encrypted' in request.socket ? 'https' : 'http';
  return {
    method: request.method ?? '',
    target,
    params: found.params,
    query: new URLSearchParams(target.slice(path.length)),
    header: (name) => headerOf(request, name),
    body,
    baseUrl: `${scheme}://${request.headers.host ?? '127.0.0.1'}`,
    apiVersion: '',
    userId: '',
  };
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function tooLarge({ service }: Route): string {
  return service === 'email' ? 'Email payload must be less than 10 MB.' : 'The request body is too large.';
}

/** The client sees the fault: its status, a broken connection, or nothing at all until it gives up. */
function disturb(current: Exchange, fault: Fault, parts: ExchangeParts): void {
  const { status } = fault;
  if (typeof status === 'number') {
    finish(current, answerOfError(faultAnswer(status, fault.retryAfterSeconds)), parts);
    return;
  }
  report(current, { status }, parts);
  if (status === 'reset') current.request.socket.resetAndDestroy();
}

function finish(current: Exchange, outcome: Outcome, parts: ExchangeParts): void {
  const facts: AnswerFacts = {
    service: current.found?.route.service ?? 'emulator',
    clientRequestId: headerOf(current.request, 'x-ms-client-request-id'),
    durationMilliseconds: performance.now() - current.startedAt,
    errorCode: outcome.errorCode,
  };
  const date = parts.emulator.now().toUTCString(); // by the clock that signatures are held against
  writeAnswer(current.response, outcome, { date, ...serviceHeaders(facts) });
  report(current, outcome, parts);
}

function report(
  { request, path, startedAt }: Exchange,
  outcome: Pick<Outcome, 'errorCode' | 'error'> & { readonly status: ExchangeFacts['status'] },
  parts: ExchangeParts,
): void {
  parts.report({
    method: request.method ?? '',
    path,
    status: outcome.status,
    durationMilliseconds: performance.now() - startedAt,
    clientRequestId: headerOf(request, 'x-ms-client-request-id'),
    errorCode: outcome.errorCode,
    ...(outcome.error !== undefined && { error: outcome.error }),
  });
}
