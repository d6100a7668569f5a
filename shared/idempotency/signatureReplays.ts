import type { Answer } from '../contract/answer.ts';
import { SwitchboardError, toSwitchboardError } from '../contract/switchboardError.ts';
import { REPLAYED, type RepetitionRules } from './once.ts';

/** A request that changes something, with a verified signature. */
export interface SignedCall {
  readonly rules: RepetitionRules;
  /** Base64. One signature stands for one method, target, body and second. */
  readonly signature: string;
  /** Identifies a repetition: the `Idempotency-Key`, or the id that the caller chose for ACS. */
  readonly key: string | undefined;
  /** The `x-ms-client-request-id`, which the official clients keep when they retry a request. */
  readonly clientRequestId: string | undefined;
}

export interface ReplayLimits {
  /** A signature is valid for 10 minutes at most. If more signatures arrive within this time, the oldest are dropped. */
  readonly signatures: number;
  /** Answers kept for official clients that retry a request because its answer was lost. */
  readonly answers: number;
}

const DEFAULT_LIMITS: ReplayLimits = { signatures: 50_000, answers: 1000 };

/** Dates are signed in whole seconds, so equal requests of one second have the same signature. */
const EQUAL_REQUESTS_MILLISECONDS = 2000;

/**
 * Remembers the signatures of requests that change something, so that an intercepted request has no further effect when
 * it is sent again to this process.
 */
export class SignatureReplays {
  readonly #now: () => number;
  readonly #firstUses: BoundedMap<number>;
  readonly #results: BoundedMap<'used' | 'failed'>;
  readonly #answers: BoundedMap<Promise<Answer>>;

  /** @param now epoch milliseconds */
  constructor(now: () => number, limits = DEFAULT_LIMITS) {
    this.#now = now;
    this.#firstUses = new BoundedMap(limits.signatures);
    this.#results = new BoundedMap(limits.signatures);
    this.#answers = new BoundedMap(limits.answers);
  }

  /**
   * Runs a call unless its signature has been used.
   *
   * @throws SwitchboardError `Denied` for a used signature, and what `run` throws
   */
  async guard(call: SignedCall, run: () => Promise<Answer>): Promise<Answer> {
    const name = nameOf(call);
    const firstUse = this.#firstUses.get(call.signature);
    if (firstUse === undefined) {
      this.#firstUses.set(call.signature, this.#now());
      return this.#runFirst(call, name, run);
    }
    const result = this.#results.get(name);
    if (result === 'failed') return this.#runFirst(call, name, run);
    if (result === 'used') return this.#repeat(call, name, run);
    const mayBeEqualRequest = isNamed(call) && this.#now() - firstUse <= EQUAL_REQUESTS_MILLISECONDS;
    if (!mayBeEqualRequest) throw signatureUsed();
    return this.#runFirst(call, name, run);
  }

  async #runFirst(call: SignedCall, name: string, run: () => Promise<Answer>): Promise<Answer> {
    this.#results.set(name, 'used');
    const answer = run();
    if (mayRepeatAnswer(call)) this.#answers.set(name, answer);
    try {
      return await answer;
    } catch (thrown) {
      if (mayRunAgain(call, thrown)) {
        this.#results.set(name, 'failed');
        this.#answers.delete(name);
      }
      throw thrown;
    }
  }

  async #repeat(call: SignedCall, name: string, run: () => Promise<Answer>): Promise<Answer> {
    // The key prevents a second effect. With secrets it would not: the ledger of answers would issue new ones.
    if (call.key !== undefined && !call.rules.secrets) return run();
    const answer = await this.#answers.get(name);
    if (!answer) throw signatureUsed();
    return { ...answer, headers: { ...answer.headers, ...REPLAYED } };
  }
}

function signatureUsed(): SwitchboardError {
  return new SwitchboardError(
    'Denied',
    'This signature has been used: sign each request again. Requests that are equal and signed within one second need an Idempotency-Key or an x-ms-client-request-id each.',
  );
}

/**
 * Distinguishes equal requests of one second, which have the same signature. Equal SMS or email messages of one second are
 * one message, whatever their other headers say, unless the sender names them.
 */
function nameOf({ rules, signature, key, clientRequestId = '' }: SignedCall): string {
  if (key !== undefined && rules.secrets) return `${signature} key ${key} request ${clientRequestId}`;
  if (key !== undefined) return `${signature} key ${key}`;
  return rules.isSending ? signature : `${signature} request ${clientRequestId}`;
}

function isNamed({ rules, key, clientRequestId }: SignedCall): boolean {
  return key !== undefined || (!rules.isSending && clientRequestId !== undefined);
}

/** A retried request gets its answer, but never secrets, nor an answer that may belong to an equal request. */
function mayRepeatAnswer({ rules, key, clientRequestId }: SignedCall): boolean {
  if (key !== undefined || rules.secrets) return false;
  return rules.isSending === true || clientRequestId !== undefined;
}

/** After a failure the official clients send the same signed request again. ACS recognises what it has already done. */
function mayRunAgain({ rules }: SignedCall, thrown: unknown): boolean {
  return rules.repeatable !== 'never' || !toSwitchboardError(thrown).mayHaveTakenEffect;
}

/** Drops the oldest entries when it is full. */
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
