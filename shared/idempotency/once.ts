import { lastStartInWindow } from '../contract/sendWindow.ts';
import { type ErrorCode, SwitchboardError } from '../contract/switchboardError.ts';
import type { Answer, AnyOperation } from '../operation/definition.ts';
import { asSwitchboardError } from '../operation/logging.ts';
import type { AnswerLedger, Claim, Counted, OperationName } from './answerLedger.ts';
import type { WireIds } from './wireIds.ts';

export interface OnceOptions {
  readonly ledger: AnswerLedger;
  readonly now: () => Date;
  /** How long ACS recognises a repeated message by its ids. */
  readonly repeatabilityWindowSeconds: number;
  /**
   * @param timing when this was carried out for the first time, and whether it is too late to repeat it
   * @param counted by earlier tries
   */
  readonly run: (timing: Pick<WireIds, 'firstSent' | 'assertMayStart'>, counted: Counted) => Promise<Answer>;
  /** Whether this run has counted what it sends, and has not taken that back. */
  readonly hasCounted: () => boolean;
  /** Puts back into a kept answer what must not be kept. */
  readonly renew: (kept: Answer) => Promise<Answer>;
}

/** Marks the stored answer of an earlier request. */
export const REPLAYED = { 'idempotent-replayed': 'true' };

/**
 * Carries out an operation at most once for its name. A repetition gets the kept answer; one that comes while the first
 * is at work is refused; one whose predecessor died or lost its answer goes on with the same ids, as far as ACS still
 * recognises them.
 *
 * @throws SwitchboardError `IdempotencyKeyReused`, `OperationInProgress`, `UpstreamInDoubt`, and what `run` throws
 */
export async function runOnce(operation: AnyOperation, name: OperationName, options: OnceOptions): Promise<Answer> {
  const { ledger, now, run, renew, hasCounted } = options;
  const claim = await ledger.claim(name, now());
  if ('error' in claim) throw claim.error;
  if ('answer' in claim) {
    const answer = await renew(claim.answer);
    return { ...answer, headers: { ...answer.headers, ...REPLAYED } };
  }
  try {
    const assertMayStart = () => assertRepeatable(operation, claim, options);
    assertMayStart();
    const answer = await run({ firstSent: claim.firstSent, assertMayStart }, claim.counted);
    await ledger.keep(claim, { answer: withoutSecrets(operation, answer) });
    return answer;
  } catch (error) {
    throw await settledFailure(ledger, claim, error, hasCounted() ? 'yes' : claim.counted);
  }
}

/** @throws SwitchboardError `UpstreamInDoubt` when a doubtful operation can no longer be repeated without doubling it */
function assertRepeatable({ repeatable = 'always' }: AnyOperation, claim: Claim, options: OnceOptions): void {
  if (!claim.isDoubtful || repeatable === 'always') return;
  const lastStart = lastStartInWindow(claim.firstSent.getTime(), options.repeatabilityWindowSeconds);
  if (repeatable === 'withinWindow' && options.now().getTime() <= lastStart) return;
  const message = 'An earlier try ended without an answer: ACS may or may not have done this. It is not repeated.';
  throw new SwitchboardError('UpstreamInDoubt', message);
}

/** Transient failures after which a part of the operation may have taken effect. */
const LEAVES_DOUBT: readonly ErrorCode[] = ['UpstreamInDoubt', 'StorageContention', 'InternalServerError'];

/** Whether a part of the operation may have taken effect. */
export function leavesDoubt({ code, isDoubtful }: SwitchboardError): boolean {
  return isDoubtful || LEAVES_DOUBT.includes(code);
}

/**
 * Records a failure: one that would repeat itself is kept; after one that did nothing the claim is removed; the rest may
 * be continued.
 *
 * @returns the failure, together with the error of recording it, if any. Then the claim stays until its lock ends.
 */
async function settledFailure(
  ledger: AnswerLedger,
  claim: Claim,
  thrown: unknown,
  counted: Counted,
): Promise<SwitchboardError> {
  const error = asSwitchboardError(thrown);
  try {
    if (error.isTransient || isRefusal(error)) {
      await ledger.release(claim, error.isDoubtful || LEAVES_DOUBT.includes(error.code), counted);
    } else await ledger.keep(claim, { error });
  } catch (settlingError) {
    error.suppressed.push(settlingError);
  }
  return error;
}

/** Speaks of the caller's rights at this moment, not of the request: with other rights, the same request may succeed. */
function isRefusal({ status }: SwitchboardError): boolean {
  return status === 401 || status === 403;
}

function withoutSecrets({ withoutSecrets: strip }: AnyOperation, answer: Answer): Answer {
  return strip ? { ...answer, body: strip(answer.body) } : answer;
}
