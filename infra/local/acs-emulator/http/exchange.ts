import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentHash } from '../../../../shared/signing/sign.ts';
import {
  type AllowedHosts,
  hostWithPort,
  isFromBrowser,
  isLinkFollowed,
  type Refusal,
  refuseCrossSite,
  refuseHost,
} from '../../requestGuard.ts';
import { type Context, DEFAULT_MAILBOX } from '../context.ts';
import type { Mailboxes } from '../mailboxes.ts';
import { keepBody, type SignatureRefusal } from '../outbox/requestStore.ts';
import { type ItemReference, trackItems } from '../outbox/trackItems.ts';
import { requireApiVersion } from './apiVersions.ts';
import { authenticate } from './authenticate.ts';
import { type Caller, identifyCaller } from './caller.ts';
import type { Fault } from './fault.ts';
import { faultError } from './faults.ts';
import type { HandleRequest } from './listener.ts';
import type { ExchangeFacts } from './requestLog.ts';
import { errorResult, type RouteResult, serviceHeaders, type WrittenResponse, writeResponse } from './response.ts';
import type { Call, FindRoute, FoundRoute, Route } from './route.ts';
import { acsError } from './serviceError.ts';

interface ExchangeOptions {
  readonly mailboxes: Mailboxes;
  readonly findRoute: FindRoute;
  readonly allowedHosts: AllowedHosts;
  /** The clock that clients sign with. */
  readonly now: () => Date;
  readonly log: (facts: ExchangeFacts) => void;
}

interface Exchange {
  readonly options: ExchangeOptions;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly found: FoundRoute | undefined;
  /** Why the request is rejected regardless of its content. */
  readonly refused: Refusal | undefined;
  readonly startedAt: number;
}

/** Handles requests in this order: route, host and origin, body, fault, authentication, api-version, handler, journal. */
export function requestHandler(options: ExchangeOptions): HandleRequest {
  return async (request, response) => {
    try {
      await handle(beginExchange(options, request, response));
      // The request is in progress until the operating system has the response or the client is gone.
      if (response.writableEnded && !response.writableFinished && !response.closed) await once(response, 'close');
    } catch {
      response.destroy(); // the client disconnected while sending its body
    }
  };
}

/** Finds the route of a request. HEAD, with which tools wait until a server is ready, is GET on the emulator's own routes. */
function findRoute(options: ExchangeOptions, method: string, path: string): FoundRoute | undefined {
  if (method !== 'HEAD') return options.findRoute(method, path);
  const found = options.findRoute('GET', path);
  return found?.route.service === 'emulator' ? found : undefined;
}

function beginExchange(options: ExchangeOptions, request: IncomingMessage, response: ServerResponse): Exchange {
  const startedAt = performance.now();
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const found = findRoute(options, request.method ?? '', path);
  const isControl = found?.route.service === 'emulator';
  const isGuarded = isControl && !(found.route.isLinkable && isLinkFollowed(request));
  const refused = refuseHost(request, options.allowedHosts) ?? (isGuarded ? refuseCrossSite(request) : undefined);
  return { options, request, response, path, found, refused, startedAt };
}

/** @throws when the client disconnects while sending its body */
async function handle(exchange: Exchange): Promise<void> {
  const body = await readBody(exchange);
  const received = receive(exchange, body);
  const context = received?.caller?.context;
  const fault = context?.faults.strike(received?.route.name ?? '');
  const at = (context ?? exchange.options.mailboxes.default).now().getTime();
  const responded = await respond(exchange, received, fault);
  if (!isOwn(exchange)) keepExchange(exchange, { at, body, received, fault, ...responded });
}

async function respond(
  exchange: Exchange,
  received: Received | undefined,
  fault: Fault | undefined,
): Promise<Pick<HandledExchange, 'outcome' | 'answer'>> {
  if (fault && !fault.afterEffect) return { outcome: undefined, answer: applyFault(exchange, fault) };
  const outcome = await runRoute(exchange, received);
  return { outcome, answer: fault ? applyFault(exchange, fault) : finish(exchange, outcome) };
}

/** Whether it is a request to the emulator itself: to its page or its API. */
function isOwn({ found, path }: Exchange): boolean {
  return found ? found.route.service === 'emulator' : path.startsWith('/_emulator');
}

interface HandledExchange {
  readonly at: number;
  readonly body: ReceivedBody;
  readonly received: Received | undefined;
  readonly fault: Fault | undefined;
  /** Undefined if the request had no effect. */
  readonly outcome: Outcome | undefined;
  readonly answer: Answer;
}

function keepExchange(exchange: Exchange, handled: HandledExchange): void {
  const { at, body, received, fault, outcome, answer: sent } = handled;
  const { request, options, found, startedAt } = exchange;
  const { outbox, requests } = received?.caller?.context ?? options.mailboxes.default;
  const id = randomUUID();
  requests.add({
    ...{ id, at, method: request.method ?? '', target: request.url ?? '/', rawHeaders: request.rawHeaders, fault },
    body: { ...keepBody(body.bytes), sizeBytes: body.sizeBytes },
    operation: found?.route.name,
    durationMilliseconds: performance.now() - startedAt,
    clientRequestId: headerOf(request, 'x-ms-client-request-id'),
    status: sent.status,
    answer: sent.written && { headers: sent.written.headers, body: keepBody(sent.written.bytes) },
    errorCode: sent.errorCode,
    isRepeat: outcome?.isRepeat ?? false,
    refusal: outcome?.status === 401 ? refusalOf(exchange, body, received) : undefined,
    items: outcome?.items ?? [],
  });
  outbox.note('request', id);
}

function refusalOf(
  { options }: Exchange,
  body: ReceivedBody,
  received: Received | undefined,
): SignatureRefusal | undefined {
  if (received?.caller?.verification?.ok !== false) return undefined;
  const isHttps = received.call.baseUrl.startsWith('https:');
  return { bodyHash: contentHash(body.bytes), isHttps, at: options.now() };
}

/** A request for a route that its sender may call. */
interface Received {
  readonly route: Route;
  readonly call: Call;
  readonly isTooLarge: boolean;
  /** Absent on the emulator's own routes. */
  readonly caller: Caller | undefined;
}

function receive(exchange: Exchange, { bytes, sizeBytes }: ReceivedBody): Received | undefined {
  const { options, found, refused } = exchange;
  if (!found || refused) return undefined;
  const { route } = found;
  const isTooLarge = sizeBytes > maximumBodyBytes(exchange);
  const body = isTooLarge ? undefined : bytes;
  const call = createCall(exchange, found, body ?? Buffer.alloc(0));
  const isControl = route.service === 'emulator';
  const caller = isControl ? undefined : identifyCaller(route.auth, call, body, options.mailboxes, options.now());
  return { route, call, isTooLarge, caller };
}

/** The largest body that any service accepts: an email message of 10 MB. */
const MAXIMUM_BODY_BYTES = 10 * 1024 * 1024;

function maximumBodyBytes({ found, refused }: Exchange): number {
  return (refused ? undefined : found?.route.maximumBodyBytes) ?? MAXIMUM_BODY_BYTES;
}

interface ReceivedBody {
  /** Only the beginning if it is too large. */
  readonly bytes: Buffer;
  readonly sizeBytes: number;
}

/**
 * Reads a body to its end even if it is too large: clients of ACS see a response during an upload as a broken connection. One
 * for the emulator itself is not waited for if its length is declared and too large.
 */
async function readBody(exchange: Exchange): Promise<ReceivedBody> {
  const { request } = exchange;
  const maximumBytes = maximumBodyBytes(exchange);
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (isOwn(exchange) && declaredBytes > maximumBytes) return { bytes: Buffer.alloc(0), sizeBytes: declaredBytes };
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maximumBytes) chunks.push(chunk);
    else if (isOwn(exchange)) chunks.length = 0;
  }
  return { bytes: Buffer.concat(chunks), sizeBytes };
}

type Outcome = RouteResult & {
  readonly errorCode?: string;
  readonly error?: unknown;
  /** What the request created. */
  readonly items?: readonly ItemReference[];
};

async function runRoute(
  { options, request, path, refused }: Exchange,
  received: Received | undefined,
): Promise<Outcome> {
  try {
    if (refused) throw acsError(refused.status, refused.code, refused.message);
    if (!received) throw acsError(404, 'NotFound', `No operation matches ${request.method} ${path}.`);
    const { route, call, isTooLarge, caller } = received;
    if (isTooLarge) throw acsError(413, 'RequestEntityTooLarge', tooLargeMessage(route.service));
    const context = caller?.context ?? mailboxOf(call, path, options.mailboxes);
    const userId = caller ? await authenticate(route.auth, caller) : '';
    const apiVersion = caller ? requireApiVersion(route, call.query, call.baseUrl + path) : '';
    const { tracked, items } = trackItems(context);
    const result = await route.handle({ ...call, userId, apiVersion }, tracked);
    await context.settled();
    return { ...result, items };
  } catch (error) {
    const result = errorResult(error);
    return result.status === 500 ? { ...result, error } : result;
  }
}

/** The mailbox that a call of the emulator's own API names. The page itself has none. @throws ServiceError 404 */
function mailboxOf({ query }: Call, path: string, mailboxes: Mailboxes): Context {
  return path === '/' ? mailboxes.default : mailboxes.find(query.get('mailbox') ?? DEFAULT_MAILBOX);
}

function createCall({ request, response, path }: Exchange, found: FoundRoute, body: Buffer): Call {
  const target = request.url ?? '/';
  const scheme = 'encrypted' in request.socket ? 'https' : 'http';
  return {
    method: request.method ?? '',
    target,
    params: found.params,
    query: new URLSearchParams(target.slice(path.length)),
    header: (name) => headerOf(request, name),
    body,
    baseUrl: `${scheme}://${hostWithPort(request) ?? '127.0.0.1'}`,
    apiVersion: '',
    userId: '',
    ended: () => endOf(response),
  };
}

function endOf(response: ServerResponse): AbortSignal {
  const ended = new AbortController();
  response.once('close', () => ended.abort());
  if (response.closed) ended.abort();
  return ended.signal;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function tooLargeMessage(service: string): string {
  return service === 'email' ? 'Email payload must be less than 10 MB.' : 'The request body is too large.';
}

/** What was answered. */
interface Answer {
  readonly status: ExchangeFacts['status'];
  readonly errorCode: string | undefined;
  /** Undefined if no answer was sent. */
  readonly written?: WrittenResponse;
}

/** Answers with the fault's status, resets the connection, or leaves the client waiting. */
function applyFault(exchange: Exchange, { status, retryAfterSeconds }: Fault): Answer {
  if (typeof status === 'number') return finish(exchange, errorResult(faultError(status, retryAfterSeconds)));
  log(exchange, { status });
  if (status === 'reset') exchange.request.socket.resetAndDestroy();
  return { status, errorCode: undefined };
}

function finish(exchange: Exchange, outcome: Outcome): Answer {
  const { options, request, response, found, startedAt } = exchange;
  const { status, errorCode } = outcome;
  const headers = serviceHeaders({
    service: found?.route.service ?? 'emulator',
    clientRequestId: headerOf(request, 'x-ms-client-request-id'),
    durationMilliseconds: performance.now() - startedAt,
    errorCode,
  });
  const date = options.now().toUTCString(); // the clock that signatures are verified with
  const written = writeResponse(response, outcome, { date, ...headers });
  log(exchange, outcome);
  return { status, errorCode, written };
}

/** Leaves out what the emulator's page sends, among which the app's requests could not be found. */
function log(
  exchange: Exchange,
  { status, errorCode, error }: Pick<Outcome, 'errorCode' | 'error'> & Pick<ExchangeFacts, 'status'>,
): void {
  const { options, request, path, refused, startedAt } = exchange;
  if (isOwn(exchange) && isFromBrowser(request) && !refused && status !== 500) return;
  options.log({
    method: request.method ?? '',
    path,
    status,
    durationMilliseconds: performance.now() - startedAt,
    clientRequestId: headerOf(request, 'x-ms-client-request-id'),
    errorCode,
    ...(error !== undefined && { error }),
  });
}
