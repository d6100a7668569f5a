import { Agent, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { text } from 'node:stream/consumers';

/** The emulator refused a call of its own API, or could not be reached. */
export class AcsEmulatorError extends Error {
  override readonly name: string = 'AcsEmulatorError';
  /** Undefined if the emulator did not answer. */
  readonly status: number | undefined;
  readonly code: string | undefined;
  /** The parameter or member that was refused. */
  readonly target: string | undefined;

  constructor(message: string, facts: { status?: number; code?: string; target?: string; cause?: unknown } = {}) {
    super(message, 'cause' in facts ? { cause: facts.cause } : undefined);
    this.status = facts.status;
    this.code = facts.code;
    this.target = facts.target;
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls the API of an emulator. By `node:http`, which works where tests replace `fetch`, and where there is none, as in
 * jsdom.
 */
export class InspectionApi {
  readonly url: string;
  readonly #agent: Agent;
  readonly #closed = new AbortController();

  /** @param url of the emulator, without a path */
  constructor(url: string) {
    this.url = new URL(url).origin;
    // One connection would let a call wait for the one before it.
    this.#agent = new (this.#isTls ? TlsAgent : Agent)({ keepAlive: true });
  }

  /**
   * @param path below `/_emulator`, with its parameters encoded, e.g. `items/sms/1`
   * @returns the parsed JSON; undefined if the answer has no body
   * @throws AcsEmulatorError if the emulator refuses the call or does not answer
   * @throws unknown the reason of `signal` if it is aborted
   */
  async call(method: string, path: string, { query = {}, body, signal }: CallOptions = {}): Promise<unknown> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
    const target = `/_emulator${path === '' ? '' : `/${path}`}?${parameters}`;
    const content = body === undefined ? undefined : JSON.stringify(body);
    this.#closed.signal.throwIfAborted();
    signal?.throwIfAborted();
    const ended = signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal;
    const { status, text: answer } = await this.#send(method, target, content, ended).catch((error: unknown) => {
      ended.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      throw new AcsEmulatorError(`The ACS emulator at ${this.url} does not answer: ${reason}`, { cause: error });
    });
    if (status >= 400) throw refusalOf(`${method} ${target}`, status, answer);
    return answer === '' ? undefined : JSON.parse(answer);
  }

  get isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** Ends calls in progress, which fail with an error. */
  close(): void {
    this.#closed.abort(new AcsEmulatorError('The ACS emulator was closed.'));
    this.#agent.destroy();
  }

  get #isTls(): boolean {
    return this.url.startsWith('https:');
  }

  #send(method: string, target: string, body: string | undefined, signal: AbortSignal) {
    const send = this.#isTls ? requestHttps : requestHttp;
    const headers = { ...(body !== undefined && { 'content-type': 'application/json' }) };
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = send(this.url + target, { method, headers, signal, agent: this.#agent }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), reject);
      });
      request.once('error', reject);
      request.end(body);
    });
  }
}

function refusalOf(call: string, status: number, answer: string): AcsEmulatorError {
  const { code, message = answer, target } = errorIn(answer);
  const facts = { status, ...(code !== undefined && { code }), ...(target !== undefined && { target }) };
  return new AcsEmulatorError(`${call} was refused with ${status}: ${message}`, facts);
}

function errorIn(answer: string): { readonly code?: string; readonly message?: string; readonly target?: string } {
  try {
    return JSON.parse(answer).error ?? {};
  } catch {
    return {};
  }
}
