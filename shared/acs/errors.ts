import { type ErrorCode, SwitchboardError } from '../contract/switchboardError.ts';
import { type AcsError, isSenderRefusal, readAcsError } from './acsError.ts';
import { isTransientStatus, wasNotSent } from './failures.ts';
import type { AcsRequest } from './request.ts';

type Header = (name: string) => string | undefined;

/** The error for the caller of a request that ACS answered with something else than 2xx. */
export function rejection(status: number, text: string, header: Header, request: AcsRequest): SwitchboardError {
  const error = readAcsError(status, text);
  const cause = new Error(`ACS: ${request.method} ${request.path} → ${status} ${error.code}: ${error.message}`);
  if (status === 429) return throttled(error, header, cause);
  if (status === 503) return new SwitchboardError('UpstreamUnavailable', 'ACS is unavailable (503).', { cause });
  if (isTransientStatus(status)) return failure(`ACS failed (${status})`, request, cause);
  if (request.service === 'sms' && isSenderRefusal(status, text)) return senderRefused(cause);
  // With a user's token, 401 and 403 speak of that user; without one, of Switchboard itself.
  if (isDenial(status) && request.userToken === undefined) {
    return new SwitchboardError('UpstreamDenied', "ACS refused Switchboard's own credentials.", { cause });
  }
  return refused(status, error, cause);
}

function isDenial(status: number): boolean {
  return status === 401 || status === 403;
}

function throttled(error: AcsError, header: Header, cause: Error): SwitchboardError {
  return new SwitchboardError('TooManyRequests', error.message || 'ACS allows no more of this for now.', {
    retryAfterSeconds: readRetryAfter(header('retry-after')) ?? DEFAULT_RETRY_AFTER_SECONDS,
    cause,
  });
}

function senderRefused(cause: Error): SwitchboardError {
  return new SwitchboardError('UpstreamRejected', 'ACS refuses this sender: it does not belong to the resource.', {
    target: 'from',
    upstream: { status: 400, code: 'InvalidSender' },
    cause,
  });
}

function refused(status: number, error: AcsError, cause: Error): SwitchboardError {
  return new SwitchboardError('UpstreamRejected', error.message || `ACS refused the request (${status}).`, {
    target: error.target,
    details: error.details.length > 0 ? error.details : undefined,
    upstream: { status: status >= 400 && status < 500 ? status : 502, code: error.code },
    cause,
  });
}

/** The error for the caller of a request to which no answer arrived. */
export function lostAnswer(error: unknown, request: AcsRequest): SwitchboardError {
  if (error instanceof SwitchboardError) return error;
  if (wasNotSent(error)) return new SwitchboardError('UpstreamUnavailable', 'ACS cannot be reached.', { cause: error });
  return failure('ACS did not answer', request, error);
}

/** A failure of ACS after the request may have reached it: whether that matters depends on what a repetition does. */
export function failure(
  what: string,
  { repetition }: Pick<AcsRequest, 'repetition'>,
  cause: unknown,
): SwitchboardError {
  if (repetition === 'harmless') return new SwitchboardError('UpstreamUnavailable', `${what}.`, { cause });
  const advice = repetition === 'recognised' ? ' Only a repetition with the same Idempotency-Key is safe.' : '';
  const message = `${what}: it may or may not have done this.${advice}`;
  return new SwitchboardError('UpstreamInDoubt', message, { cause, repeatable: repetition === 'recognised' });
}

/** Say nothing of the tries before the one that they answer. */
const OF_ONE_TRY: readonly ErrorCode[] = ['UpstreamUnavailable', 'TooManyRequests', 'UpstreamDenied'];

/** The error of the last try, or a doubt where an earlier one may have taken effect. */
export function doubted(last: SwitchboardError, isInDoubt: boolean, request: AcsRequest): SwitchboardError {
  if (!isInDoubt || request.repetition === 'harmless') return last;
  if (OF_ONE_TRY.includes(last.code)) return failure('ACS did not answer at first', request, last);
  if (last.code !== 'UpstreamRejected') return last;
  return new SwitchboardError(last.code, last.message, { ...last, cause: last.cause, isDoubtful: true });
}

const DEFAULT_RETRY_AFTER_SECONDS = 60;

/** `Retry-After` as seconds: a number or an HTTP date. */
export function readRetryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - now) / 1000));
}
