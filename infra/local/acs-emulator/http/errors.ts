/** What a route throws to refuse a request; the exchange turns it into the answer. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, parts: Partial<Pick<ServiceError, 'body' | 'headers'>>) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    this.code = code;
    this.body = parts.body;
    this.headers = parts.headers ?? {};
  }
}

/** A refusal in ACS's usual form, `{"error":{"code","message","target"?}}`. */
export function refusal(
  status: number,
  code: string,
  message: string,
  extras: { readonly target?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): ServiceError {
  const target = extras.target === undefined ? {} : { target: extras.target };
  return new ServiceError(status, code, message, {
    body: { error: { code, message, ...target } },
    headers: extras.headers ?? {},
  });
}

export function tooManyRequests(retryAfterSeconds: number): ServiceError {
  return refusal(429, 'TooManyRequests', 'Rate limit exceeded.', {
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}
