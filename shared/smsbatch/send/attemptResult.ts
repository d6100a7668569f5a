import type { SmsSendResult } from '../../contract/sms.ts';
import { SwitchboardError } from '../../contract/switchboardError.ts';
import { failedResult, type RecipientResult } from '../ledger/chunk.ts';
import { numberOf, type Recipient } from '../recipients/recipient.ts';

/** What one try of a chunk has brought. */
export interface AttemptResult {
  /** A result for each recipient of the chunk; null where the try has brought none. */
  readonly results: readonly (RecipientResult | null)[];
  /** What is still open may have taken effect. */
  readonly doubtful: boolean;
  /** ACS said 429: how long the sender has to wait. */
  readonly pauseSeconds: number | undefined;
  /** Why something is open; for the result once the tries are used up. */
  readonly reason: { readonly status: number; readonly message: string } | undefined;
}

export type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export type Results = (RecipientResult | null)[];

/** Statuses of a recipient's item after which the same message may go through later. */
function isTransientItem(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** ACS refuses ids that were first sent too long ago. */
const OUTSIDE_WINDOW = 412;

/** ACS took the request and says nothing of a recipient: it may have sent to them. */
const NO_ITEM = { httpStatusCode: 500, errorMessage: 'ACS returned no result for this recipient' };

interface GroupRecord {
  readonly indexes: readonly number[];
  readonly results: Results;
  readonly outcome: Mutable<AttemptResult>;
}

interface ItemRecord extends GroupRecord {
  readonly recipients: readonly Recipient[];
}

interface FailureRecord extends GroupRecord {
  /** An earlier try may have taken effect, of which a refusal now says nothing. */
  readonly doubtful: boolean;
}

/** Records ACS's items, each at its recipient. */
export function recordItems({ value }: SmsSendResult, { indexes, recipients, results, outcome }: ItemRecord): void {
  const items = new Map(value.map((item) => [item.to, item]));
  for (const index of indexes) {
    const item = items.get(numberOf(recipients[index]));
    const { httpStatusCode: status, errorMessage } = item ?? NO_ITEM;
    const message = errorMessage ?? `ACS answered ${status}`;
    if (item?.successful) {
      results[index] = ['accepted', item.messageId ?? ''];
    } else if (!item || status === OUTSIDE_WINDOW) {
      outcome.doubtful = true;
      outcome.reason = { status, message };
    } else if (isTransientItem(status)) {
      outcome.reason = { status, message };
    } else {
      results[index] = failedResult(status, message);
    }
  }
}

/** Records why a whole request failed. */
export function recordFailure(error: unknown, { indexes, results, outcome, doubtful }: FailureRecord) {
  if (!(error instanceof SwitchboardError)) throw error;
  const reason = { status: error.status, message: error.message };
  outcome.reason = reason;
  if (error.code === 'TooManyRequests') {
    outcome.pauseSeconds = Math.max(outcome.pauseSeconds ?? 0, error.retryAfterSeconds ?? 0);
  } else if (error.code === 'UpstreamInDoubt') {
    outcome.doubtful = true;
  } else if (!error.isTransient) {
    const result: RecipientResult = doubtful ? ['inDoubt'] : failedResult(reason.status, reason.message);
    for (const index of indexes) results[index] = result;
  }
}
