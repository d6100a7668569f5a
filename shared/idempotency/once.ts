import type { Answer } from '../contract/answer.ts';
import { lastStartInWindow } from '../contract/sendWindow.ts';
import { SwitchboardError, toSwitchboardError } from '../contract/switchboardError.ts';
import type { AnswerLedger, Counted, OperationClaim, OperationName } from './answerLedger.ts';
import type { WireIds } from './wireIds.ts';

/** What decides how an operation may be repeated. */
export interface RepetitionRules {
  /** It sends messages. */
  readonly isSending?: true | undefined;
  /**
   * Whether it may run again after an attempt that may have taken effect: `always` (the default) if ACS recognises the
   * repetition by its ids, `withinWindow` if ACS does so for as long as its window is open, `never` if the effect would double.
   */
  readonly repeatable?: 'always' | 'withinWindow' | 'never' | undefined;
  /** Present if the answer has secrets, which must not be stored. */
  readonly secrets?: { readonly strip: (body: unknown) => unknown } | undefined;
}

export interface OnceOptions {
  readonly ledger: AnswerLedger;
  readonly now: () => Date;
  /** How long ACS recognises a repeated message by its ids. */
  readonly repeatabilityWindowSeconds: number;
  /**
   * @param earlier what is known of earlier attempts, and the check whether it is too late to repeat them
   * @param counted whether earlier attempts counted against the client's limits
   */
  readonly run: (earlier: Omit<WireIds, 'uuid'>, counted: Counted) => Promise<Answer>;
  /** Whether this run counted what it sends, and has not refunded it. */
  readonly hasCounted: () => boolean;
  /** Adds new secrets to a stored answer. */
  readonly renew: (stored: Answer) => Promise<Answer>;
}

/** Marks the stored answer of an earlier request. */
export const REPLAYED = { 'idempotent-replayed': 'true' };

/**
 * Runs an operation at most once for its name. A repetition gets the stored answer, or a conflict while the first run is in
 * progress. If an earlier run died or lost its answer, the repetition continues with the same ids, for as long as ACS
 * recognises them.
 *
 * @throws SwitchboardError `IdempotencyKeyReused`, `OperationInProgress`, `UpstreamInDoubt`, and what `run` throws
 */
export async function runOnce(rules: RepetitionRules, name: OperationName, options: OnceOptions): Promise<Answer> {
  const { ledger, now, run, renew, hasCounted } = options;
  const claim = await ledger.claim(name, now());
  if ('error' in claim) throw claim.error;
  if ('answer' in claim) {
    const answer = await renew(claim.answer);
    return { ...answer, headers: { ...answer.headers, ...REPLAYED } };
  }
  try {
    const assertMayStart = () => assertRepeatable(rules, claim, options);
    assertMayStart();
    const { firstSent, isDoubtful, counted } = claim;
    const answer = await run({ firstSent, isDoubtful, assertMayStart }, counted);
    const body = rules.secrets ? rules.secrets.strip(answer.body) : answer.body;
    await ledger.keep(claim, { answer: { ...answer, body } });
    return answer;
  } catch (thrown) {
    const error = toSwitchboardError(thrown);
    try {
      await recordFailure(ledger, claim, error, hasCounted() ? 'yes' : claim.counted);
    } catch (recordingError) {
      error.suppressed.push(recordingError); // the claim stays until its lock expires
    }
    throw error;
  }
}

/** @throws SwitchboardError `UpstreamInDoubt` if an earlier attempt may have taken effect, which repeating would double */
function assertRepeatable(
  { repeatable = 'always' }: RepetitionRules,
  claim: OperationClaim,
  { now, repeatabilityWindowSeconds }: OnceOptions,
): void {
  if (!claim.isDoubtful || repeatable === 'always') return;
  const lastStart = lastStartInWindow(claim.firstSent.getTime(), repeatabilityWindowSeconds);
  if (repeatable === 'withinWindow' && now().getTime() <= lastStart) return;
  const message = 'An earlier try ended without an answer: ACS may or may not have done this. It is not repeated.';
  throw new SwitchboardError('UpstreamInDoubt', message);
}

/** Stores a final failure. Otherwise releases the claim: a repetition may succeed. */
async function recordFailure(
  ledger: AnswerLedger,
  claim: OperationClaim,
  error: SwitchboardError,
  counted: Counted,
): Promise<void> {
  // 401 and 403 depend on the caller's present rights: with other rights, the same request may succeed.
  const isFinal = !error.isTransient && error.status !== 401 && error.status !== 403;
  if (isFinal) await ledger.keep(claim, { error });
  else await ledger.release(claim, error.mayHaveTakenEffect, counted);
}
