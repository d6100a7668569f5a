import { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import type { AnyOperation } from '../../../shared/operation/definition.ts';
import { serveHttp } from '../../../shared/operation/http.ts';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import type { Random, Simulation } from '../engine/types.ts';
import type { Fleet } from './fleet.ts';
import { contextFor } from './functions.ts';
import type { AnsweredCall, History } from './history.ts';
import { OWN_ORIGIN, type SimulatedClient } from './installation.ts';

export interface Call {
  readonly operation: AnyOperation;
  readonly client: SimulatedClient;
  /** With its query, without the API version. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly intent?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const response = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
});

type AttemptFacts = Pick<AnsweredCall, 'startedOn' | 'attempt' | 'counted'>;

/** How a caller deals with a lost answer or a transient error. */
export type Persistence =
  /** Never repeats: its request has no name. */
  | 'once'
  /** Repeats the same signed request a few times within seconds, as the official clients do. */
  | 'likeSdk'
  /** Has named the request, and repeats it until it has an answer. */
  | 'untilAnswered';

/** Apps that call Switchboard over HTTP. */
export class Callers {
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #fleet: Fleet;
  readonly #history: History;

  constructor(simulation: Simulation, fleet: Fleet, history: History) {
    this.#simulation = simulation;
    this.#random = simulation.random.fork('callers');
    this.#fleet = fleet;
    this.#history = history;
  }

  /**
   * Makes a call.
   *
   * @param countedIn how many recipients of a successful answer count towards the client's limits
   * @returns the last answer; undefined if the caller got none
   */
  async call(call: Call, persistence: Persistence, countedIn = (_: Answer) => 0): Promise<Answer | undefined> {
    let signed = this.#signed(call);
    for (let attempt = 1; ; attempt += 1) {
      const startedOn = this.#simulation.now();
      const answer = await this.#send(call, signed);
      if (answer) this.#record(call, answer, { startedOn, attempt, counted: countedIn(answer) });
      const pause = this.#pauseBefore(answer, persistence, attempt);
      if (pause === undefined) return answer;
      await this.#simulation.sleep(pause);
      if (persistence === 'untilAnswered') signed = this.#signed(call);
    }
  }

  /** @returns milliseconds until the caller repeats the call; undefined if it does not */
  #pauseBefore(answer: Answer | undefined, persistence: Persistence, attempt: number): number | undefined {
    if (persistence === 'once') return undefined;
    const isTransient = !answer || answer.status >= 500 || answer.status === 429 || isInProgress(answer);
    if (!isTransient) return undefined;
    if (persistence === 'likeSdk') {
      if (attempt >= 4 || answer?.status === 429 || answer?.status === 409) return undefined;
      return 500 * 2 ** attempt;
    }
    const retryAfter = Number(answer?.headers['retry-after'] ?? 0) * 1000;
    if (answer?.status === 429 && retryAfter === 0) return undefined; // it exceeds a limit by itself
    if (retryAfter > LONGEST_PATIENCE_MILLISECONDS || isFinalDoubt(answer)) return undefined;
    return Math.max(retryAfter, Math.min(60_000, 1000 * 2 ** attempt));
  }

  #record({ client, operation, intent }: Call, answer: Answer, facts: AttemptFacts): void {
    const { status, headers } = answer;
    const isReplayed = 'idempotent-replayed' in headers;
    this.#history.calls.push({
      ...{ client: client.name, operation: operation.name, intent, status, isReplayed },
      ...{ ...facts, counted: isReplayed ? 0 : facts.counted, endedOn: this.#simulation.now() },
    });
  }

  #signed({ operation, client, path, body, headers = {} }: Call): SignedInit {
    const separator = path.includes('?') ? '&' : '?';
    const url = `${OWN_ORIGIN}${path}${separator}api-version=2026-01-23`;
    const { method } = operation.http;
    const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
    const date = new Date(this.#simulation.now());
    const signature = sign({ method, url, body: bytes, date, headers }, importKey(client.key));
    return {
      ...{ method, url },
      headers: { ...signature, ...headers, 'content-type': 'application/json' },
      ...(bytes.length > 0 ? { body: { bytes } } : {}),
    };
  }

  /** Undefined if no answer arrived. */
  async #send({ operation, params = {} }: Call, signed: SignedInit): Promise<Answer | undefined> {
    const host = this.#fleet.any();
    await this.#simulation.sleep(this.#random.between(2, 40));
    if (!host?.process.isAlive) return undefined;
    const { process, runtime } = host;
    const request = new HttpRequest({ ...signed, params: { ...params } });
    const context = contextFor(this.#fleet.log);
    try {
      const served = await process.run(() => serveHttp(operation, request, context, () => runtime));
      if (this.#fleet.isDisturbed && this.#random.chance(LOST_ANSWERS)) return undefined;
      const { status, headers, body } = response.parse(served);
      const isJson = body !== undefined && headers['content-type']?.includes('json') === true;
      return { status, headers, body: isJson ? JSON.parse(body) : body };
    } catch (error) {
      if (process.isAlive) throw error;
      return undefined;
    }
  }
}

interface SignedInit {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: { readonly bytes: Uint8Array };
}

/** The share of answers that callers never get, although Switchboard has sent them. */
const LOST_ANSWERS = 0.03;

/** Callers do not wait for longer than this for a limit. */
const LONGEST_PATIENCE_MILLISECONDS = 15 * 60_000;

function errorCode({ body }: Answer): string | undefined {
  return z.object({ error: z.object({ code: z.string() }) }).safeParse(body).data?.error.code;
}

function isInProgress(answer: Answer): boolean {
  return answer.status === 409 && errorCode(answer) === 'OperationInProgress';
}

/** Switchboard does not repeat this request: the answer says that it may or may not have taken effect. */
function isFinalDoubt(answer: Answer | undefined): boolean {
  return answer?.status === 504 && JSON.stringify(answer.body).includes('It is not repeated');
}
