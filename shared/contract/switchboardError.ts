/** Every error code, with its HTTP status. */
export const STATUS_OF_CODE = {
  ApiVersionUnspecified: 400,
  InvalidApiVersion: 400,
  InvalidJson: 400,
  InvalidRequest: 400,
  /** The caller did not prove who it is. */
  Denied: 401,
  /** The caller is known, but may not do this. */
  Forbidden: 403,
  /** The client may not send to this recipient. */
  DestinationNotAllowed: 403,
  NotFound: 404,
  /** What is asked for does not go together with the present state. */
  Conflict: 409,
  /** The same request, by its key or message id, is still in progress. */
  OperationInProgress: 409,
  /** It existed, but what is needed of it has been deleted after its retention period. */
  Expired: 410,
  PayloadTooLarge: 413,
  /** The body is of a type that the operation does not take. */
  UnsupportedMediaType: 415,
  /** The key or message id was used for a different request. */
  IdempotencyKeyReused: 422,
  TooManyRequests: 429,
  /** The client has reached one of its limits; `target` names it. */
  ClientLimitExceeded: 429,
  InternalServerError: 500,
  /** Other writers kept changing the same record; earlier steps of the operation may have taken effect. */
  StorageContention: 503,
  /** ACS refused the request itself; its status, code and message are handed on. */
  UpstreamRejected: 400,
  /** ACS refused Switchboard's own credentials. */
  UpstreamDenied: 502,
  /** ACS failed or could not be reached, and nothing was done. */
  UpstreamUnavailable: 502,
  /** ACS was called, but its answer did not arrive: the operation may or may not have taken effect. */
  UpstreamInDoubt: 504,
} as const;

export type ErrorCode = keyof typeof STATUS_OF_CODE;

/** One wrong field: its JSON path (`smsRecipients[3].to`) and what is wrong with it. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target: string;
}

export interface ErrorFacts {
  readonly target?: string | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  /** How long the caller should wait before it tries again. */
  readonly retryAfterSeconds?: number | undefined;
  /** Status and code of ACS's answer, where they are handed on. */
  readonly upstream?: { readonly status: number; readonly code: string } | undefined;
  /** With `UpstreamInDoubt`: ACS recognises a repetition by its ids. */
  readonly repeatable?: boolean | undefined;
  /** With `UpstreamRejected`: an earlier try of the same call may have taken effect. */
  readonly isDoubtful?: boolean | undefined;
  /** With `TooManyRequests`: whose sending time is given away; work that waits is spread over it. */
  readonly pace?: { readonly key: string; readonly ratePerMinute: number } | undefined;
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

/** The one error class. Its message is written for the caller; what only the log may know belongs in `cause`. */
export class SwitchboardError extends Error {
  override readonly name = 'SwitchboardError';
  readonly code: ErrorCode;
  readonly target: string | undefined;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly upstream: { readonly status: number; readonly code: string } | undefined;
  readonly isDoubtful: boolean;
  readonly pace: ErrorFacts['pace'];
  /** Whether the same request, with the same ids, may succeed later without the risk of a second effect. */
  readonly isTransient: boolean;
  /** What went wrong besides while this error was being handled: for the log only. */
  readonly suppressed: unknown[] = [];

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.target = facts.target;
    this.details = facts.details;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.upstream = facts.upstream;
    this.isDoubtful = facts.isDoubtful === true;
    this.pace = facts.pace;
    this.isTransient = TRANSIENT.includes(code) || facts.repeatable === true;
  }

  /** The HTTP status for the caller. */
  get status(): number {
    return this.code === 'UpstreamRejected' && this.upstream ? this.upstream.status : STATUS_OF_CODE[this.code];
  }

  /** The code for the caller: ACS's own where ACS refused the request. */
  get publicCode(): string {
    return this.code === 'UpstreamRejected' && this.upstream ? this.upstream.code : this.code;
  }
}

/** A request with one wrong member. @param message what is wrong with it, e.g. `is in the past` */
export function invalidField(target: string, message: string): SwitchboardError {
  const details = [{ code: 'InvalidField', message, target }];
  return new SwitchboardError('InvalidRequest', `${target}: ${message}`, { target, details });
}
