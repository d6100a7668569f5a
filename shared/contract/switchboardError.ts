/** Every error code, with its HTTP status. */
export const STATUS_OF_CODE = {
  ApiVersionUnspecified: 400,
  InvalidApiVersion: 400,
  InvalidJson: 400,
  InvalidRequest: 400,
  /** The caller is not authenticated. */
  Denied: 401,
  /** The caller is authenticated, but lacks the permission. */
  Forbidden: 403,
  /** The client may not send to this recipient. */
  DestinationNotAllowed: 403,
  NotFound: 404,
  /** The path exists with other methods: `allow`. @see https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes */
  MethodNotAllowed: 405,
  /** The request conflicts with the current state. */
  Conflict: 409,
  /** A request with the same key or message id is still in progress. */
  OperationInProgress: 409,
  /** Required data has been deleted after its retention period. */
  Expired: 410,
  PayloadTooLarge: 413,
  /** The operation does not accept the body's content type. */
  UnsupportedMediaType: 415,
  /** The key or message id was used for a different request. */
  IdempotencyKeyReused: 422,
  TooManyRequests: 429,
  /** The client has reached one of its limits; `target` names it. */
  ClientLimitExceeded: 429,
  InternalServerError: 500,
  /** Concurrent writers kept changing the same record; earlier steps of the operation may have taken effect. */
  StorageContention: 503,
  /** ACS rejected the request; its status, code and message are passed on. */
  UpstreamRejected: 400,
  /** ACS rejected Switchboard's own credentials. */
  UpstreamDenied: 502,
  /** ACS failed or could not be reached, and nothing was done. */
  UpstreamUnavailable: 502,
  /** ACS was called, but no response arrived: the operation may or may not have taken effect. */
  UpstreamInDoubt: 504,
} as const;

export type ErrorCode = keyof typeof STATUS_OF_CODE;

/** An invalid field: its JSON path (`smsRecipients[3].to`) and what is wrong with it. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target: string;
}

export interface ErrorFacts {
  readonly target?: string | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  /** How long the caller should wait before it retries. */
  readonly retryAfterSeconds?: number | undefined;
  /** Status and code of ACS's response, where they are passed on. */
  readonly upstream?: { readonly status: number; readonly code: string } | undefined;
  /** With `UpstreamInDoubt`: ACS recognises a retry by its ids. */
  readonly repeatable?: boolean | undefined;
  /** With `UpstreamRejected`: an earlier attempt of the same call may have taken effect. */
  readonly isDoubtful?: boolean | undefined;
  /** With `TooManyRequests`: the sender whose send slots are taken; waiting work is spread over them. */
  readonly pace?: { readonly key: string; readonly ratePerMinute: number } | undefined;
  /** With `MethodNotAllowed`: the methods that the path has. */
  readonly allow?: readonly string[] | undefined;
  /** The client's permissions or limits caused the error, whatever its code: the audit log records it. */
  readonly isRefusal?: boolean | undefined;
  /** The stored result of an earlier request with the same `Idempotency-Key`. */
  readonly isReplayed?: boolean | undefined;
  readonly cause?: unknown;
}

const TRANSIENT: readonly ErrorCode[] = [
  'TooManyRequests',
  'ClientLimitExceeded',
  'OperationInProgress',
  'UpstreamDenied',
  'UpstreamUnavailable',
  'InternalServerError',
  'StorageContention',
];

/** Failures after which a part of the operation may have taken effect. */
const IN_DOUBT: readonly ErrorCode[] = ['UpstreamInDoubt', 'StorageContention', 'InternalServerError'];

/** Errors that depend on what the client may do. */
const REFUSALS: readonly ErrorCode[] = ['Forbidden', 'DestinationNotAllowed', 'ClientLimitExceeded'];

/** The only error class. Its message is for the caller; details for the log belong in `cause`. */
export class SwitchboardError extends Error {
  override readonly name = 'SwitchboardError';
  readonly code: ErrorCode;
  readonly target: string | undefined;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly upstream: { readonly status: number; readonly code: string } | undefined;
  readonly isDoubtful: boolean;
  readonly isRefusal: boolean;
  readonly isReplayed: boolean;
  readonly pace: ErrorFacts['pace'];
  readonly allow: ErrorFacts['allow'];
  /** Whether the same request, with the same ids, may succeed later without taking effect twice. */
  readonly isTransient: boolean;
  /** Further errors while this one was handled; for the log only. */
  readonly suppressed: unknown[] = [];

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.target = facts.target;
    this.details = facts.details;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.upstream = facts.upstream;
    this.isDoubtful = facts.isDoubtful === true;
    this.isRefusal = facts.isRefusal === true || REFUSALS.includes(code);
    this.isReplayed = facts.isReplayed === true;
    this.pace = facts.pace;
    this.allow = facts.allow;
    this.isTransient = TRANSIENT.includes(code) || facts.repeatable === true;
  }

  /** Whether a part of the operation may have taken effect. */
  get mayHaveTakenEffect(): boolean {
    return this.isDoubtful || IN_DOUBT.includes(this.code);
  }

  /** The HTTP status for the caller. */
  get status(): number {
    return this.code === 'UpstreamRejected' && this.upstream ? this.upstream.status : STATUS_OF_CODE[this.code];
  }

  /** The code for the caller: ACS's own if ACS rejected the request. */
  get publicCode(): string {
    return this.code === 'UpstreamRejected' && this.upstream ? this.upstream.code : this.code;
  }
}

/** Any thrown value as a `SwitchboardError`. An unexpected one becomes its cause, which callers do not see. */
export function toSwitchboardError(thrown: unknown): SwitchboardError {
  if (thrown instanceof SwitchboardError) return thrown;
  const message = 'Something went wrong inside Switchboard. Its log has the details under the request id.';
  return new SwitchboardError('InternalServerError', message, { cause: thrown });
}

/**
 * `InvalidRequest` for one invalid field, parameter or header.
 *
 * @param message what is wrong with it, such as `must not be in the past`
 */
export function invalidField(
  target: string,
  message: string,
  facts: Pick<ErrorFacts, 'isRefusal'> = {},
): SwitchboardError {
  const details = [{ code: 'InvalidField', message, target }];
  return new SwitchboardError('InvalidRequest', `${target}: ${message}`, { ...facts, target, details });
}
