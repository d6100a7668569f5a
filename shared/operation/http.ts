import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { type Caller, callerName, scopeOf } from '../clients/caller.ts';
import type { Answer } from '../contract/answer.ts';
import { API_VERSION_PATTERN, CLIENT_REQUEST_ID_PATTERN, IDEMPOTENCY_KEY_PATTERN } from '../contract/common.ts';
import { invalidField, SwitchboardError, toSwitchboardError } from '../contract/switchboardError.ts';
import { derivedIds, randomIds } from '../idempotency/wireIds.ts';
import { processRuntime, type Runtime } from '../runtime.ts';
import { contentHash } from '../signing/sign.ts';
import { annotate } from '../telemetry/telemetry.ts';
import { type Authenticated, assertSignedBody, authenticate } from './authenticate.ts';
import { readBody, readContent } from './body.ts';
import type { Call } from './context.ts';
import { corsHeaders } from './cors.ts';
import { type AnyOperation, isRead } from './definition.ts';
import { admit, execute } from './execute.ts';
import { logInvocation, withInvocationLog } from './logging.ts';
import { errorAnswer, negotiatedType, toResponse } from './response.ts';

/** Serves an HTTP request. It never throws: every failure becomes ACS's error envelope. */
export function serveHttp(
  operation: AnyOperation,
  request: HttpRequest,
  context: InvocationContext,
  runtime: () => Runtime = processRuntime,
): Promise<HttpResponseInit> {
  return withInvocationLog(context, async () => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    annotate({ 'switchboard.request.id': requestId });
    let caller: Caller | undefined;
    let error: SwitchboardError | undefined;
    let answer: Answer;
    let cors: Readonly<Record<string, string>> = {};
    try {
      if (operation.actsAsUser) cors = corsHeaders(runtime().settings.corsOrigins, request.headers.get('origin'));
      // By the headers alone: the body of a stranger is not read.
      const authenticated = authenticate(operation, request, runtime());
      ({ caller } = authenticated);
      const received = { operation, request, requestId, authenticated };
      const invocation = { operation, caller, trigger: 'http' as const, requestId, params: request.params };
      answer = await admit(invocation, runtime(), () => serveAdmitted(received, runtime()));
    } catch (thrown) {
      error = toSwitchboardError(thrown);
      answer = errorAnswer(error);
    }
    const { name } = operation;
    const client = caller && callerName(caller);
    logInvocation(context, { name, operation, status: answer.status, client, requestId, startedAt, error });
    const limitHeaders = caller?.kind === 'client' ? caller.meter.headers() : {};
    return toResponse(answer, request, requestId, { ...cors, ...limitHeaders });
  });
}

interface ReceivedRequest {
  readonly operation: AnyOperation;
  readonly request: HttpRequest;
  readonly requestId: string;
  readonly authenticated: Authenticated;
}

/**
 * Runs a request unless its signature has been used. Reads may be repeated, and a signed Idempotency-Key lets every process
 * recognise the request by its stored answer.
 */
async function serveAdmitted(received: ReceivedRequest, runtime: Runtime): Promise<Answer> {
  const { operation, request, authenticated } = received;
  const { signed } = authenticated;
  const body = await readBody(operation, request);
  assertSignedBody(authenticated, body);
  const run = async () => execute(operation, await readCall(received, body, runtime), runtime);
  if (!signed || isRead(operation)) return run();
  if (signed.moreHeaders.includes('idempotency-key') && !operation.secrets) return run();
  const key = request.headers.get('idempotency-key') ?? callersIdOf(operation, request)?.toLowerCase();
  const clientRequestId = clientRequestIdOf(request)?.toLowerCase();
  return runtime.replays.guard({ rules: operation, signature: signed.signature, key, clientRequestId }, run);
}

async function readCall(received: ReceivedRequest, body: Uint8Array, runtime: Runtime): Promise<Call> {
  const { operation, request, requestId, authenticated } = received;
  const { 'api-version': apiVersion, ...query } = Object.fromEntries(request.query);
  assertApiVersion(apiVersion);
  const content = await readContent(operation.body, request.headers.get('content-type'), query, body);
  const answerType = await negotiatedType(operation.http.textType, request.headers.get('accept'));
  const subject = request.headers.get('idempotency-key') ?? undefined;
  return {
    caller: authenticated.caller,
    params: { ...content.query, ...request.params },
    body: content.body,
    ...(await nameOf(received, () => [contentHash(body), content.form, request.params, query], runtime)),
    reference: { subject, replyTo: undefined },
    publicUrl: runtime.settings.publicUrl ?? new URL(request.url).origin,
    clientRequestId: clientRequestIdOf(request) ?? requestId,
    callersId: callersIdOf(operation, request),
    answerType,
  };
}

const KEY_RULE = 'must have 1 to 256 visible ASCII characters';

/** Required as on ACS. Any date is valid: Switchboard chooses the API version that it uses upstream. */
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

/**
 * Derives ids from the caller's `Idempotency-Key`, within the client and the operation. Without a key, ids of a message
 * depend on its signature: if another process sends it again, ACS and our rows recognise it. All others are random.
 *
 * @param facts identify the request besides its key and acting user
 */
async function nameOf(
  { operation, request, authenticated: { caller, signed } }: ReceivedRequest,
  facts: () => readonly unknown[],
  runtime: Runtime,
): Promise<Pick<Call, 'ids' | 'fingerprint'>> {
  const now = runtime.now();
  const key = request.headers.get('idempotency-key');
  if (key === null) {
    if (!operation.isSending || !signed) return { ids: randomIds(now), fingerprint: undefined };
    const name = [...scopeOf(caller), 'signature', operation.name, signed.signature];
    return { ids: derivedIds(await runtime.secret(), name, now), fingerprint: undefined };
  }
  if (!IDEMPOTENCY_KEY_PATTERN.test(key)) {
    throw invalidField('Idempotency-Key', KEY_RULE);
  }
  return {
    ids: derivedIds(await runtime.secret(), [...scopeOf(caller), 'http', operation.name, key], now),
    fingerprint: contentHash(JSON.stringify([...facts(), request.headers.get('acting-user')])),
  };
}

/** `Operation-Id` is a UUID. `repeatability-request-id` may be any text, as at ACS, which receives a derived id instead. */
function callersIdOf({ http: { idHeader } }: AnyOperation, request: HttpRequest): string | undefined {
  if (idHeader === undefined) return undefined;
  if (idHeader === 'operation-id') return headerOf(request, idHeader, z.guid(), 'must be a UUID');
  return headerOf(request, idHeader, z.string().regex(IDEMPOTENCY_KEY_PATTERN), KEY_RULE);
}

function clientRequestIdOf(request: HttpRequest): string | undefined {
  const pattern = z.string().regex(CLIENT_REQUEST_ID_PATTERN);
  return headerOf(request, 'x-ms-client-request-id', pattern, 'must be a UUID');
}

/** @throws SwitchboardError `InvalidRequest` if the header is present, but not valid */
function headerOf(request: HttpRequest, header: string, schema: z.ZodType, rule: string): string | undefined {
  const value = request.headers.get(header);
  if (value === null) return undefined;
  if (schema.safeParse(value).success) return value;
  throw invalidField(header, rule);
}
