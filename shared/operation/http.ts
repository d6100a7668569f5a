import { randomUUID } from 'node:crypto';
import type { HttpHandler, HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { assertMayCall } from '../clients/clients.ts';
import { API_VERSION_PATTERN, IDEMPOTENCY_KEY_PATTERN } from '../contract/common.ts';
import { invalidField, SwitchboardError } from '../contract/switchboardError.ts';
import { derivedIds, randomIds, type WireIds } from '../idempotency/wireIds.ts';
import { Meter } from '../limits/meter.ts';
import type { Runtime } from '../runtime.ts';
import { contentHash } from '../signing/sign.ts';
import { annotate } from '../telemetry/telemetry.ts';
import { audited } from './audit.ts';
import { type Authenticated, assertSignedBody, authenticate } from './authenticate.ts';
import { readBody, readContent } from './body.ts';
import { corsHeaders } from './cors.ts';
import type { Answer, AnyOperation } from './definition.ts';
import { type Call, type Caller, callerName, execute, isCountedFirst, scopeOf } from './execute.ts';
import { asSwitchboardError, errorAnswer, logInvocation } from './logging.ts';
import { negotiatedType, toResponse } from './response.ts';

/**
 * The HTTP function of an operation. It never throws: every failure becomes ACS's error envelope. The caller's identity
 * and rights are checked by the headers alone, so that the body of a stranger is not read.
 */
export function httpHandler(operation: AnyOperation, runtime: () => Runtime): HttpHandler {
  return async (request, context) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    annotate({ 'switchboard.request.id': requestId });
    let caller: Caller | undefined;
    let meter: Meter | undefined;
    let error: SwitchboardError | undefined;
    let answer: Answer;
    let cors: Readonly<Record<string, string>> = {};
    try {
      if (operation.actsAsUser) cors = corsHeaders(runtime().settings.corsOrigins, request.headers.get('origin'));
      const authenticated = authenticate(operation, request, runtime());
      ({ caller } = authenticated);
      if (caller.kind === 'client') meter = new Meter(runtime().limits, caller.client);
      const facts = { operation, caller, trigger: 'http' as const, requestId, params: request.params };
      const run = () => serveAuthenticated(operation, { request, authenticated, requestId, meter }, runtime());
      answer = await audited(facts, runtime(), run);
    } catch (thrown) {
      error = asSwitchboardError(thrown);
      answer = errorAnswer(error);
    }
    const client = caller && callerName(caller);
    logInvocation(context, {
      operation: operation.name,
      request: operation.request,
      status: answer.status,
      client,
      requestId,
      startedAt,
      error,
    });
    return toResponse(answer, request, requestId, { ...cors, ...meter?.headers() });
  };
}

interface UnreadCall {
  readonly request: HttpRequest;
  readonly authenticated: Authenticated;
  readonly requestId: string;
  readonly meter: Meter | undefined;
}

interface HttpCall extends UnreadCall {
  readonly body: Uint8Array;
}

/** Counts the request in any case: also what is refused for its body costs work, and for its rights an audit entry. */
async function serveAuthenticated(operation: AnyOperation, unread: UnreadCall, runtime: Runtime): Promise<Answer> {
  const { request, authenticated, meter } = unread;
  try {
    if (authenticated.caller.kind === 'client') assertMayCall(authenticated.caller.client, operation.name);
    if (isCountedFirst(operation)) await meter?.request();
    const body = await readBody(operation, request);
    assertSignedBody(authenticated, body);
    const call: HttpCall = { ...unread, body };
    return await guarded(operation, call, runtime, () => serve(operation, call, runtime));
  } finally {
    await meter?.request();
  }
}

/**
 * Runs a request unless its signature has been used. Reads may be repeated, and a signed Idempotency-Key lets the ledger
 * recognise the request in every process.
 */
function guarded(
  operation: AnyOperation,
  { request, authenticated: { signed } }: HttpCall,
  { replays }: Runtime,
  run: () => Promise<Answer>,
): Promise<Answer> {
  if (!signed || operation.method === 'GET') return run();
  const isKeySigned = signed.moreHeaders.includes('idempotency-key');
  if (isKeySigned && !operation.withoutSecrets) return run();
  const callersId = operation.idHeader && uuidHeader(request, operation.idHeader)?.toLowerCase();
  const key = request.headers.get('idempotency-key') ?? callersId;
  const clientRequestId = uuidHeader(request, 'x-ms-client-request-id')?.toLowerCase();
  return replays.guard({ operation, signature: signed.signature, key, clientRequestId }, run);
}

async function serve(operation: AnyOperation, call: HttpCall, runtime: Runtime) {
  const { request, body, requestId, meter } = call;
  const { caller } = call.authenticated;
  const { 'api-version': apiVersion, ...query } = Object.fromEntries(request.query);
  assertApiVersion(apiVersion);
  const content = await readContent(operation.request, request.headers.get('content-type'), query, body);
  const answerType = await negotiatedType(operation.textType, request.headers.get('accept'));
  return execute(
    operation,
    {
      caller,
      params: { ...content.query, ...request.params },
      body: content.body,
      ...(await nameOf(operation, call, content.form, runtime)),
      reference: { subject: request.headers.get('idempotency-key') ?? undefined, replyTo: undefined },
      publicUrl: runtime.settings.publicUrl ?? new URL(request.url).origin,
      clientRequestId: uuidHeader(request, 'x-ms-client-request-id') ?? requestId,
      callersId: operation.idHeader && uuidHeader(request, operation.idHeader),
      meter,
      prefers: (contentType) => contentType === answerType,
    },
    runtime,
  );
}

/** Required as on ACS, but any well-formed value will do: which version ACS hears is Switchboard's affair. */
function assertApiVersion(version: string | undefined): void {
  if (version === undefined || version === '') {
    throw new SwitchboardError('ApiVersionUnspecified', 'An API version is required, but was not specified.', {
      target: 'api-version',
    });
  }
  if (!API_VERSION_PATTERN.test(version)) {
    const message = 'The API version must be a date, such as 2024-03-15 or 2024-03-15-preview.';
    throw new SwitchboardError('InvalidApiVersion', message, { target: 'api-version' });
  }
}

/** Ids from the caller's `Idempotency-Key`, which is its own within the client and the operation; else random ones. */
async function nameOf(
  operation: AnyOperation,
  { request, body, authenticated }: HttpCall,
  form: string,
  runtime: Runtime,
): Promise<Pick<Call, 'ids' | 'fingerprint'>> {
  const now = runtime.now();
  const key = request.headers.get('idempotency-key');
  const { caller, signed } = authenticated;
  if (key === null) return { ids: await unnamedIds(operation, caller, signed, runtime), fingerprint: undefined };
  if (!IDEMPOTENCY_KEY_PATTERN.test(key)) {
    throw invalidField('Idempotency-Key', 'must have 1 to 256 visible ASCII characters');
  }
  const { 'api-version': _, ...query } = Object.fromEntries(request.query);
  const facts = [contentHash(body), form, request.params, query, request.headers.get('acting-user')];
  return {
    ids: derivedIds(await runtime.secret(), [...scopeOf(caller), 'http', operation.name, key], now),
    fingerprint: contentHash(JSON.stringify(facts)),
  };
}

/** A message has the ids of its signature: where another process sends it once more, ACS and our rows recognise it. */
async function unnamedIds(
  { name, isSending }: AnyOperation,
  caller: Caller,
  signed: Authenticated['signed'],
  runtime: Runtime,
): Promise<WireIds> {
  const now = runtime.now();
  if (!isSending || !signed) return randomIds(now);
  return derivedIds(await runtime.secret(), [...scopeOf(caller), 'signature', name, signed.signature], now);
}

/** @throws SwitchboardError `InvalidRequest` when the header is there, but is no UUID */
function uuidHeader(request: HttpRequest, header: string): string | undefined {
  const value = request.headers.get(header);
  if (value === null) return undefined;
  if (z.guid().safeParse(value).success) return value;
  throw invalidField(header, 'must be a UUID');
}
