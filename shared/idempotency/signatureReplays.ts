import { SwitchboardError } from '../contract/switchboardError.ts';
import type { Answer, AnyOperation } from '../operation/definition.ts';
import { asSwitchboardError } from '../operation/logging.ts';
import { REPLAYED } from './once.ts';

/** A signed request that changes something, when its signature has been verified. */
export interface SignedCall {
  readonly operation: Pick<AnyOperation, 'isSending' | 'withoutSecrets' | 'repeatable'>;
  /** Base64. One signature stands for one method, target, body and second. */
  readonly signature: string;
  /** By which a repetition is recognised: the `Idempotency-Key`, or the id that the caller has chosen for ACS. */
  readonly key: string | undefined;
  /** The `x-ms-client-request-id`, which the official clients keep when they send a request again. */
  readonly clientRequestId: string | undefined;
}

/**
 * Remembers the signatures of requests that change something, so that an intercepted request has no further effect when
 * it is sent again to this process.
 */
export interface Replays {
  /**
   * Carries a call out unless its signature has been used.
   *
   * @throws SwitchboardError `Denied` for a used signature, and what `run` throws
   */
  guard(call: SignedCall, run: () => Promise<Answer>): Promise<Answer>;
}

export interface ReplayLimits {
  /** A signature can be used for 10 minutes at most; of more signatures within this time, the oldest are forgotten. */
  readonly signatures: number;
  /** Answers that are kept for official clients that send a request again because the answer was lost. */
  readonly answers: number;
}

/** Dates are signed in whole seconds, so that equal requests of one second have one signature. */
const EQUAL_REQUESTS_MILLISECONDS = 2000;

export function createReplays(
  now: () => number,
  limits: ReplayLimits = { signatures: 50_000, answers: 1000 },
): Replays {
  const firstUses = new BoundedMap<number>(limits.signatures);
  const results = new BoundedMap<'used' | 'failed'>(limits.signatures);
  const answers = new BoundedMap<Promise<Answer>>(limits.answers);

  async function first(call: SignedCall, name: string, run: () => Promise<Answer>): Promise<Answer> {
    results.set(name, 'used');
    const answer = run();
    if (mayRepeatAnswer(call)) answers.set(name, answer);
    try {
      return await answer;
    } catch (error) {
      if (mayRunAgain(call, error)) {
        results.set(name, 'failed');
        answers.delete(name);
      }
      throw error;
    }
  }

  async function again(call: SignedCall, name: string, run: () => Promise<Answer>): Promise<Answer> {
    if (isRecognised(call)) return run();
    const answer = await answers.get(name);
    if (!answer) throw used();
    return { ...answer, headers: { ...answer.headers, ...REPLAYED } };
  }

  return {
    async guard(call, run) {
      const name = nameOf(call);
      const firstUse = firstUses.get(call.signature);
      const result = results.get(name);
      if (firstUse === undefined) firstUses.set(call.signature, now());
      else if (result === 'used') return again(call, name, run);
      else if (result === undefined && !(isNamed(call) && now() - firstUse <= EQUAL_REQUESTS_MILLISECONDS))
        throw used();
      return first(call, name, run);
    },
  };
}

function used(): SwitchboardError {
  return new SwitchboardError(
    'Denied',
    'This signature has been used: sign each request anew. Requests that are equal and signed within one second need an Idempotency-Key or an x-ms-client-request-id each.',
  );
}

/**
 * Distinguishes equal requests of one second, which share a signature. Equal messages of one second are one message, whatever else their
 * headers say, unless their sender names them.
 */
function nameOf({ operation, signature, key, clientRequestId = '' }: SignedCall): string {
  if (key !== undefined && operation.withoutSecrets) return `${signature} key ${key} request ${clientRequestId}`;
  if (key !== undefined) return `${signature} key ${key}`;
  return operation.isSending ? signature : `${signature} request ${clientRequestId}`;
}

function isNamed({ operation, key, clientRequestId }: SignedCall): boolean {
  return key !== undefined || (!operation.isSending && clientRequestId !== undefined);
}

/** Whether the call's key keeps it from taking effect twice. The ledger of answers would make new secrets. */
function isRecognised({ operation, key }: SignedCall): boolean {
  return key !== undefined && !operation.withoutSecrets;
}

/** Who sends a request again gets its answer, but no token; and no answer that may be meant for an equal request. */
function mayRepeatAnswer({ operation, key, clientRequestId }: SignedCall): boolean {
  if (key !== undefined || operation.withoutSecrets) return false;
  return operation.isSending === true || clientRequestId !== undefined;
}

/** After a failure the official clients send the same signed request again. ACS recognises what it has already done. */
function mayRunAgain({ operation }: SignedCall, thrown: unknown): boolean {
  return operation.repeatable !== 'never' || !asSwitchboardError(thrown).isDoubtful;
}

/** Forgets the oldest entries when it is full. */
class BoundedMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(name: string): Value | undefined {
    return this.#entries.get(name);
  }

  set(name: string, value: Value): void {
    this.#entries.set(name, value);
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(name: string): void {
    this.#entries.delete(name);
  }
}
