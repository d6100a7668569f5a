import type { SwitchboardErrorCode } from './types.ts';

/**
 * Errors of the client itself: no response arrived; a response did not come from Switchboard; `wait` took longer than its
 * `timeoutSeconds`.
 */
export type ClientErrorCode = 'ConnectionFailed' | 'UnexpectedResponse' | 'WaitTimeout';

/** ACS has codes of its own, which Switchboard passes on. */
export type ErrorCode = SwitchboardErrorCode | ClientErrorCode | (string & Record<never, never>);

/** What is wrong with one field. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  /** JSON path of the field, such as `smsRecipients[3].to`. */
  readonly target?: string | undefined;
}

export interface ErrorFacts {
  readonly status?: number | undefined;
  readonly target?: string | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** Every error of a call, except that an aborted call rejects with the reason of its signal. */
export class SwitchboardError extends Error {
  override readonly name = 'SwitchboardError';
  readonly code: ErrorCode;
  /** HTTP status; undefined if no response arrived. */
  readonly status: number | undefined;
  /** The field, parameter, header or limit that is the reason. */
  readonly target: string | undefined;
  /** Each invalid field. */
  readonly details: readonly ErrorDetail[];
  /** Id of the request in Switchboard's log. */
  readonly requestId: string | undefined;
  /** When the same call may succeed. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = facts.status;
    this.target = facts.target;
    this.details = facts.details ?? [];
    this.requestId = facts.requestId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** Whether a caught value is a `SwitchboardError`, even from another copy of this package, and has this code, if given. */
export function isSwitchboardError(error: unknown): error is SwitchboardError;
export function isSwitchboardError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is SwitchboardError & { readonly code: Code };
export function isSwitchboardError(error: unknown, code?: string): boolean {
  const actual = stringIn(error, 'code');
  const isOurs = memberOf(error, 'name') === 'SwitchboardError' && actual !== undefined;
  return isOurs && (code === undefined || actual === code);
}

/** A response whose body has been read. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Reads the error of a response without a 2xx status. @param now for a `Retry-After` that is a date */
export function errorOf({ status, headers, text }: Received, now: Date): SwitchboardError {
  const error = memberOf(parsed(text), 'error');
  const message = stringIn(error, 'message');
  const code = (stringIn(error, 'code') || headers.get('x-ms-error-code')) ?? 'UnexpectedResponse';
  return new SwitchboardError(code, message ?? `The response has the status ${status} and no error of Switchboard.`, {
    status,
    target: stringIn(error, 'target'),
    details: detailsIn(error),
    requestId: requestIdOf(headers),
    retryAfterSeconds: retryAfterOf(headers, now),
  });
}

export function requestIdOf(headers: Headers): string | undefined {
  return headers.get('x-ms-request-id') ?? undefined;
}

/** @returns undefined unless it is JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a gateway's page, for instance; the status says enough
  }
}

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function stringIn(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}

function detailsIn(error: unknown): ErrorDetail[] {
  const details = memberOf(error, 'details');
  if (!Array.isArray(details)) return [];
  return details.map((detail: unknown) => ({
    code: stringIn(detail, 'code') ?? '',
    message: stringIn(detail, 'message') ?? '',
    target: stringIn(detail, 'target'),
  }));
}

/** Seconds, as a number or as a date. @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfterOf(headers: Headers, now: Date): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = /^[a-z]{3}.*\d\d:\d\d:\d\d/i.test(value) ? Date.parse(value) : Number.NaN; // a number is a year to Date
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now.getTime()) / 1000));
}
