import type { Channel, Item, ItemPage } from '../inspection/items.ts';

// All calls of the page to the emulator.

/** An error whose message is meant for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** 0 if the emulator did not answer. */
  readonly status: number;
  readonly code: string | undefined;
  /** The member of the request that was refused. */
  readonly target: string | undefined;

  constructor(message: string, status: number, code?: string, target?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.target = target;
  }
}

export interface CallOptions {
  readonly mailbox: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly signal?: AbortSignal;
}

/** Writes a path with its parameters encoded: path`items/${channel}/${id}`. */
export function path(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return strings.map((text, index) => text + encodeURIComponent(values[index] ?? '')).join('');
}

/** The address of something under `/_emulator/`, e.g. for a link. @param name e.g. `export` */
export function urlOf(name: string, { mailbox, query = {} }: Omit<CallOptions, 'signal'>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...query, mailbox })) {
    if (value !== undefined && value !== '') parameters.set(key, String(value));
  }
  return `/_emulator${name === '' ? '' : `/${name}`}?${parameters}`;
}

/** @throws ApiError */
export function get<Result>(name: string, options: CallOptions): Promise<Result> {
  return call<Result>('GET', name, options, undefined);
}

/** Reads something that is not JSON. @throws ApiError */
export function getText(name: string, options: CallOptions): Promise<string> {
  return callForText('GET', name, options, undefined);
}

/** @param body of a POST or PUT, which is sent as JSON. @throws ApiError */
export function send<Result = void>(
  method: 'POST' | 'PUT' | 'DELETE',
  name: string,
  options: CallOptions,
  body?: unknown,
): Promise<Result> {
  return call<Result>(method, name, options, method === 'DELETE' ? undefined : JSON.stringify(body ?? {}));
}

async function call<Result>(
  method: string,
  name: string,
  options: CallOptions,
  body: string | undefined,
): Promise<Result> {
  const text = await callForText(method, name, options, body);
  return (text === '' ? undefined : JSON.parse(text)) as Result;
}

async function callForText(
  method: string,
  name: string,
  options: CallOptions,
  body: string | undefined,
): Promise<string> {
  const answer = await fetch(urlOf(name, options), {
    method,
    cache: 'no-store',
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    ...(options.signal && { signal: options.signal }),
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw new ApiError('The emulator does not answer. Is it still running?', 0);
  });
  const text = await answer.text();
  if (!answer.ok) throw errorOf(answer.status, text);
  return text;
}

interface ErrorBody {
  readonly error?: { readonly code?: string; readonly message?: string; readonly target?: string };
}

function errorOf(status: number, text: string): ApiError {
  let body: ErrorBody = {};
  try {
    body = (JSON.parse(text) as ErrorBody | null) ?? {};
  } catch {
    // Not from the emulator, but from something before it.
  }
  const { code, message, target } = body.error ?? {};
  return new ApiError(message || `The emulator answered ${status}.`, status, code, target);
}

/** The message of any error, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface ListQuery {
  readonly channel?: Channel | undefined;
  readonly search?: string | undefined;
  readonly before?: number | undefined;
  readonly top?: number | undefined;
}

export function listItems(mailbox: string, query: ListQuery, signal?: AbortSignal): Promise<ItemPage> {
  return get<ItemPage>('items', { mailbox, query: { ...query }, ...(signal && { signal }) });
}

export function getItem(mailbox: string, channel: Channel, id: string, signal?: AbortSignal): Promise<Item> {
  return get<Item>(path`items/${channel}/${id}`, { mailbox, ...(signal && { signal }) });
}
