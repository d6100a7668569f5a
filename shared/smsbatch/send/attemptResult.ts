import type { SmsSendResult } from '../../contract/sms.ts';
import { SwitchboardError } from '../../contract/switchboardError.ts';
import { type ChunkResults, failedResult, type RecipientResult } from '../ledger/chunks.ts';
import { numberOf, type Recipient } from '../recipients/recipient.ts';

/** The state of a chunk's recipients after (part of) one try. */
export interface AttemptResult {
  /** One result per recipient of the chunk; null where the recipient is still open. */
  readonly results: ChunkResults;
  /** Messages to open recipients may have been sent. */
  readonly doubtful: boolean;
  /** After a 429 from ACS: how long the sender has to wait. */
  readonly pauseSeconds: number | undefined;
  /** Why recipients are still open; becomes their result once no tries are left. */
  readonly reason: FailureReason | undefined;
}

interface FailureReason {
  readonly status: number;
  readonly message: string;
}

/** What one step of a try says about some of the recipients. Absent members change nothing. */
export interface GroupOutcome extends Partial<Omit<AttemptResult, 'results'>> {
  /** By position in the chunk. */
  readonly results?: ReadonlyMap<number, RecipientResult>;
}

/** A try before its first request. */
export function newAttempt(results: ChunkResults): AttemptResult {
  return { results, doubtful: false, pauseSeconds: undefined, reason: undefined };
}

export function addOutcome(attempt: AttemptResult, outcome: GroupOutcome): AttemptResult {
  const { results, doubtful = false, pauseSeconds, reason } = outcome;
  return {
    results: results?.size ? attempt.results.map((known, index) => results.get(index) ?? known) : attempt.results,
    doubtful: attempt.doubtful || doubtful,
    pauseSeconds: pauseSeconds === undefined ? attempt.pauseSeconds : Math.max(attempt.pauseSeconds ?? 0, pauseSeconds),
    reason: reason ?? attempt.reason,
  };
}

/** The same result for several recipients. */
export function sameResult(indexes: readonly number[], result: RecipientResult): GroupOutcome {
  return { results: new Map(indexes.map((index) => [index, result])) };
}

/** Whether a recipient's message may succeed later. */
function isTransientItem(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** ACS rejects ids that were first sent too long ago. */
const OUTSIDE_WINDOW = 412;

/** ACS accepted the request without a result for this recipient: the message may have been sent. */
const NO_ITEM = { httpStatusCode: 500, errorMessage: 'ACS returned no result for this recipient' };

/**
 * The outcome of a request that ACS answered with a result per recipient.
 *
 * @param indexes positions of the request's recipients in the chunk
 */
export function outcomeOfItems(
  { value }: SmsSendResult,
  indexes: readonly number[],
  recipients: readonly Recipient[],
): GroupOutcome {
  const items = new Map(value.map((item) => [item.to, item]));
  const results = new Map<number, RecipientResult>();
  let doubtful = false;
  let reason: FailureReason | undefined;
  for (const index of indexes) {
    const item = items.get(numberOf(recipients[index]));
    const { httpStatusCode: status, errorMessage } = item ?? NO_ITEM;
    const message = errorMessage ?? `ACS answered ${status}`;
    if (item?.successful) {
      results.set(index, ['accepted', item.messageId ?? '']);
    } else if (!item || status === OUTSIDE_WINDOW) {
      doubtful = true;
      reason = { status, message };
    } else if (isTransientItem(status)) {
      reason = { status, message };
    } else {
      results.set(index, failedResult(status, message));
    }
  }
  return { results, doubtful, reason };
}

/**
 * The outcome of a request that failed as a whole.
 *
 * @param wasDoubtful an earlier try may have sent the messages, which a rejection now does not rule out
 * @throws `error` itself when it is not a SwitchboardError
 */
export function outcomeOfError(error: unknown, indexes: readonly number[], wasDoubtful: boolean): GroupOutcome {
  if (!(error instanceof SwitchboardError)) throw error;
  const reason = { status: error.status, message: error.message };
  if (error.code === 'TooManyRequests') return { reason, pauseSeconds: error.retryAfterSeconds ?? 0 };
  if (error.code === 'UpstreamInDoubt') return { reason, doubtful: true };
  if (error.isTransient) return { reason };
  const result = wasDoubtful ? (['inDoubt'] as const) : failedResult(reason.status, reason.message);
  return { reason, ...sameResult(indexes, result) };
}
