import { type ErrorCode, type ErrorDetail, SwitchboardError } from '../contract/switchboardError.ts';
import { type AcsRequest, withoutSecrets } from './request.ts';

/** An attempt to call ACS that failed: a response without a 2xx status, or no response. */
export type FailedAttempt =
  | { readonly status: number; readonly text: string; readonly header: (name: string) => string | undefined }
  | { readonly error: unknown };

/**
 * The error for the caller of a request to ACS that failed.
 *
 * @param last the last attempt
 * @param isInDoubt whether an earlier attempt may have taken effect
 */
export function readAcsError(last: FailedAttempt, request: AcsRequest, isInDoubt: boolean): SwitchboardError {
  const error = 'error' in last ? noResponse(last.error, request) : errorResponse(last, request);
  if (!isInDoubt || request.repetition === 'harmless') return error;
  if (ABOUT_ONE_ATTEMPT.includes(error.code)) return inDoubt('ACS did not answer at first', request, error);
  if (error.code !== 'UpstreamRejected') return error;
  return new SwitchboardError(error.code, error.message, { ...error, cause: error.cause, isDoubtful: true });
}

/** Errors that say nothing about the attempts before the last one. */
const ABOUT_ONE_ATTEMPT: readonly ErrorCode[] = ['UpstreamUnavailable', 'TooManyRequests', 'UpstreamDenied'];

/** A failure after the request may have reached ACS: whether that matters depends on the effect of a repetition. */
export function inDoubt(
  what: string,
  { repetition }: Pick<AcsRequest, 'repetition'>,
  cause: unknown,
): SwitchboardError {
  if (repetition === 'harmless') return new SwitchboardError('UpstreamUnavailable', `${what}.`, { cause });
  const advice = repetition === 'recognised' ? ' Retry only with the same Idempotency-Key.' : '';
  const message = `${what}: the request may or may not have taken effect.${advice}`;
  return new SwitchboardError('UpstreamInDoubt', message, { cause, repeatable: repetition === 'recognised' });
}

function noResponse(error: unknown, request: AcsRequest): SwitchboardError {
  if (error instanceof SwitchboardError) return error;
  if (wasNotSent(error)) return new SwitchboardError('UpstreamUnavailable', 'ACS cannot be reached.', { cause: error });
  return inDoubt('ACS did not answer', request, error);
}

function errorResponse(response: Extract<FailedAttempt, { status: number }>, request: AcsRequest): SwitchboardError {
  const { status, text, header } = response;
  const body = parseErrorBody(status, text, request.secrets);
  const trace = body.traceId === undefined ? '' : ` (trace ${body.traceId})`;
  const cause = new Error(`ACS: ${request.method} ${request.path} → ${status} ${body.code}: ${body.message}${trace}`);
  if (status === 429) {
    const retryAfterSeconds = readRetryAfter(header('retry-after')) ?? DEFAULT_RETRY_AFTER_SECONDS;
    const message = body.message || 'ACS’s rate limit is reached.';
    return new SwitchboardError('TooManyRequests', message, { retryAfterSeconds, cause });
  }
  if (status === 503) {
    const retryAfterSeconds = readRetryAfter(header('retry-after'));
    return new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable (503).', { retryAfterSeconds, cause });
  }
  if (isTransientStatus(status)) return inDoubt(`ACS failed (${status})`, request, cause);
  if (request.service === 'sms' && isSenderRejection(status, text)) return senderRejected(cause);
  if (isAboutSwitchboard(response, request)) {
    return new SwitchboardError('UpstreamDenied', 'ACS rejected Switchboard’s own credentials.', { cause });
  }
  return rejected(status, body, cause);
}

/** Whether an error is about Switchboard's own credentials. With a user's token, 401 and 403 are about that user. */
function isAboutSwitchboard({ status, text }: { status: number; text: string }, request: AcsRequest): boolean {
  if (request.userToken !== undefined || (status !== 401 && status !== 403)) return false;
  return request.hasTokenInBody !== true || !isTokenRejection(status, text);
}

function rejected(status: number, { code, message, target, details }: ErrorBody, cause: Error): SwitchboardError {
  return new SwitchboardError('UpstreamRejected', message || `ACS rejected the request (${status}).`, {
    target,
    details: details.length > 0 ? details : undefined,
    upstream: { status: status >= 400 && status < 500 ? status : 502, code },
    cause,
  });
}

function senderRejected(cause: Error): SwitchboardError {
  return new SwitchboardError('UpstreamRejected', 'ACS rejected the sender: it does not belong to the ACS resource.', {
    target: 'from',
    upstream: { status: 400, code: 'InvalidSender' },
    cause,
  });
}

/** Whether ACS rejected the request with this status. */
export function isRejectedWith(status: number, error: unknown): boolean {
  return error instanceof SwitchboardError && error.upstream?.status === status;
}

/**
 * Sends a request that removes something. It also succeeds if ACS no longer finds it after an attempt that may have removed it.
 *
 * @param isDoubtful whether an earlier request was such an attempt
 * @param goneStatuses with which ACS says that it does not find it
 * @returns whether ACS itself has confirmed the removal; otherwise only the caller says that it existed
 */
export async function confirmRemoval(
  send: () => Promise<unknown>,
  isDoubtful: boolean,
  goneStatuses: readonly number[] = [404],
): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (!(error instanceof SwitchboardError) || !error.upstream) throw error;
    if (goneStatuses.includes(error.upstream.status) && (isDoubtful || error.isDoubtful)) return false;
    throw error;
  }
}

/** For a sender that is not a number of the resource, ACS returns 401 `Unauthorized` without a message. */
export function isSenderRejection(status: number, text: string): boolean {
  if (status !== 401) return false;
  const { code, message } = parseErrorBody(status, text);
  return code === 'Unauthorized' && message === '';
}

/**
 * For a Teams user's token that is not valid or has expired, ACS returns 401 `InvalidAccessToken`.
 *
 * @see azure-sdk-for-python, azure-communication-identity/tests/recordings: `test_get_token_for_teams_user_with_expired_token`
 */
export function isTokenRejection(status: number, text: string): boolean {
  return status === 401 && parseErrorBody(status, text).code === 'InvalidAccessToken';
}

/** Errors of connections that were never established, so that the request cannot have taken effect. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export function wasNotSent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_SENT.has(String(error.code));
}

/** 408 and 5xx, except those that are permanent. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501 && status !== 505);
}

/** Failures after which the request may have taken effect; after a 503, it has not. */
export function leavesDoubt(status: number): boolean {
  return isTransientStatus(status) && status !== 503;
}

const DEFAULT_RETRY_AFTER_SECONDS = 60;

/** Parses `Retry-After`, a number or an HTTP date, into seconds. */
export function readRetryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - now) / 1000));
}

/** An error response of ACS in one form. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly target: string | undefined;
  readonly details: readonly ErrorDetail[];
  /** Id by which Microsoft can find the request. */
  readonly traceId: string | undefined;
}

/**
 * Parses ACS's error formats: the `error` envelope (all services), chat's `CommunicationError`, a bare ModelState
 * object (SMS 2021-03-07) and problem+json (SMS 2026-01-23). Anything else (a proxy's page, an empty body) yields an error
 * of the status alone.
 *
 * @param secrets parts of the request that must not be in the error: ACS may quote the request
 * @see https://github.com/Azure/azure-sdk-for-js/issues/35107 and https://github.com/Azure/Communication/issues/379: chat
 * does not answer with the envelope of its specification
 */
export function parseErrorBody(status: number, text: string, secrets: readonly string[] = []): ErrorBody {
  const { code, message, target, details, traceId } = errorIn(status, parseObject(text));
  const clean = (it: string) => cut(withoutSecrets(it, secrets)); // in this order, or the beginning of a secret could remain
  return {
    code: withoutSecrets(code, secrets) === code ? code : `Status${status}`,
    message: clean(message),
    target: target === undefined ? undefined : clean(target),
    details: details
      .slice(0, MAXIMUM_DETAILS)
      .map((it) => ({ code: clean(it.code), message: clean(it.message), target: clean(it.target) })),
    traceId: traceId === undefined ? undefined : clean(traceId),
  };
}

/** An error is stored for repetitions in a row, and is part of an outcome. */
const MAXIMUM_DETAILS = 50;
const MAXIMUM_TEXT_LENGTH = 500;

function cut(text: string): string {
  return text.slice(0, MAXIMUM_TEXT_LENGTH).toWellFormed();
}

function errorIn(status: number, body: Record<string, unknown> | undefined): ErrorBody {
  const envelope = asObject(body?.['error']) ?? asObject(withLowerInitials(chatErrorIn(body)));
  if (envelope) return fromEnvelope(status, envelope);
  const problems = asObject(body?.['errors']) ?? (body && isModelState(body) ? body : {});
  const traceId = textIn(body, 'traceId');
  const details = fromModelState(problems);
  const [first] = details;
  if (first) return { code: 'InvalidRequest', message: first.message, target: first.target, details, traceId };
  const message = textIn(body, 'detail') ?? textIn(body, 'title') ?? '';
  return { code: `Status${status}`, message, target: undefined, details: [], traceId };
}

/** Chat's errors have its envelope, or none. @see https://github.com/Azure/azure-sdk-for-java/issues/21723 */
function chatErrorIn(body: Record<string, unknown> | undefined): unknown {
  return textIn(body, 'Code') === undefined ? body?.['CommunicationError'] : body;
}

/** Callers receive the code in a header, too. */
const CODE = /^[\x21-\x7e][\x20-\x7e]{0,1023}$/;

function fromEnvelope(status: number, envelope: Record<string, unknown>): ErrorBody {
  const text = (name: string) => textIn(envelope, name);
  const list = Array.isArray(envelope['details']) ? envelope['details'] : [];
  const details = list.map(asObject).filter((it) => it !== undefined);
  return {
    code: CODE.exec(text('code') ?? '')?.[0] ?? `Status${status}`,
    message: text('message') ?? '',
    target: text('target'),
    details: details.map((it) => ({
      code: String(it['code'] ?? ''),
      message: String(it['message'] ?? ''),
      target: String(it['target'] ?? ''),
    })),
    traceId: undefined,
  };
}

/** `{ Code, Details: [{ Message }] }` → `{ code, details: [{ message }] }` */
function withLowerInitials(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withLowerInitials);
  const object = asObject(value);
  if (!object) return value;
  return Object.fromEntries(Object.entries(object).map(([name, it]) => [lowerInitial(name), withLowerInitials(it)]));
}

function lowerInitial(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function fromModelState(problems: Record<string, unknown>): readonly ErrorDetail[] {
  return Object.entries(problems).flatMap(([field, messages]) =>
    messagesIn(messages).map((message) => ({ code: 'InvalidField', message, target: fieldPath(field) })),
  );
}

function messagesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(messagesIn);
  if (value === null) return [];
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}

/**
 * A field as ACS names it, in .NET spelling or as a JSONPath, as this project spells it: `SmsRecipients[0].To` and
 * `$.smsRecipients[0].to` → `smsRecipients[0].to`.
 */
function fieldPath(field: string): string {
  const names = field.replace(/^\$\.?/, '').split('.');
  return names.map(lowerInitial).join('.');
}

function isModelState(body: Record<string, unknown>): boolean {
  const values = Object.values(body);
  return values.length > 0 && values.every((it) => Array.isArray(it) && it.every((entry) => typeof entry === 'string'));
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined; // not JSON: only the status is known
  }
}

function textIn(body: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = body?.[name];
  return typeof value === 'string' ? value : undefined;
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
