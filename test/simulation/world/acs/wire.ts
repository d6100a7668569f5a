/** A request as ACS receives it. */
export interface WireRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly host: string;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function answer(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return { status, headers, body: body === undefined ? '' : JSON.stringify(body) };
}

/** An error in the envelope of ACS's services. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer {
  return answer(status, { error: { code, message } }, headers);
}

export function throttled(retryAfterSeconds: number | undefined): WireAnswer {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return errorAnswer(429, 'TooManyRequests', 'Rate limit exceeded.', headers);
}

/** Counts in every window of a length, wherever it starts. */
export class SlidingCount {
  readonly #windowMilliseconds: number;
  #entries: { readonly on: number; readonly count: number }[] = [];

  constructor(windowMilliseconds: number) {
    this.#windowMilliseconds = windowMilliseconds;
  }

  /** How much lies within the window that ends now. */
  total(now: number): number {
    this.#entries = this.#entries.filter(({ on }) => on > now - this.#windowMilliseconds);
    return this.#entries.reduce((sum, { count }) => sum + count, 0);
  }

  add(now: number, count: number): void {
    this.#entries.push({ on: now, count });
  }

  /** Seconds until the oldest entry leaves the window. */
  freeInSeconds(now: number): number {
    const [oldest] = this.#entries;
    return oldest ? Math.max(1, Math.ceil((oldest.on + this.#windowMilliseconds - now) / 1000)) : 1;
  }
}
