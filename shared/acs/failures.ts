/** The connection was never made, so nothing can have happened at the other end. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export function wasNotSent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_SENT.has(String(error.code));
}

/** 408 and 5xx, except those that say "never". */
export function isTransientStatus(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501 && status !== 505);
}

/** Failures after which ACS may have done the work; a 503 turned it away whole. */
export function leavesDoubt(status: number): boolean {
  return isTransientStatus(status) && status !== 503;
}
