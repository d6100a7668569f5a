/** What a route throws to reject a request; the exchange turns it into the response. */
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

/** Creates the validation error for a field (`smsRecipients[2].to`; empty for the body itself). */
export type FieldError = (field: string, message: string) => Error;

/** An error in ACS's usual form, `{"error":{"code","message","target"?}}`. */
export function acsError(
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

/** 400 `BadRequest` with the field as its target, as chat, email and the emulator's own API answer. */
export const badRequest: FieldError = (field, message) =>
  acsError(400, 'BadRequest', message, field === '' ? {} : { target: field });

/** Validation errors of the emulator's own API, whose message starts with the field. */
export function invalidControl(code: string): FieldError {
  return (field, message) => {
    return field === '' ? acsError(400, code, message) : acsError(400, code, `${field}: ${message}`, { target: field });
  };
}

export function forbidden(): ServiceError {
  return acsError(403, 'Forbidden', 'User is not allowed to perform specified action.');
}

export function tooManyRequests(retryAfterSeconds: number, message = 'Rate limit exceeded.'): ServiceError {
  return acsError(429, 'TooManyRequests', message, { headers: { 'retry-after': String(retryAfterSeconds) } });
}
