import * as acs from '../../acs/sms.ts';
import type { DestinationRule } from '../../clients/destinations.ts';
import { CLOSING_MILLISECONDS, lastStartInWindow } from '../../contract/sendWindow.ts';
import type { SmsSendResult } from '../../contract/sms.ts';
import { SwitchboardError } from '../../contract/switchboardError.ts';
import type { Batch } from '../batch.ts';
import type { BatchContext } from '../batchContext.ts';
import { type ChunkResults, type ChunkState, failedResult, type RecipientResult } from '../ledger/chunks.ts';
import { isErased, numberOf, type Recipient } from '../recipients/recipient.ts';
import { MAXIMUM_REQUEST_SIZE } from './pace.ts';
import { destinationsOf, refusalOf } from './permission.ts';
import { recipientRequestIds, tagOf } from './requestIds.ts';

/** Time reserved for writing the results of a try. */
const RECORDING_MILLISECONDS = 15_000;

/** Concurrent ACS requests of one chunk: all of a chunk without personalized messages. */
const CONCURRENT_REQUESTS = 10;

/** A claimed chunk that is about to be sent. */
export interface ClaimedChunk {
  readonly batch: Batch;
  readonly chunk: number;
  readonly recipients: readonly Recipient[];
  /** Its lease lasts until `wakeOn`. */
  readonly state: ChunkState;
}

/**
 * Sends to the open recipients of a chunk who have not opted out and whom the client may still send to: in requests of up
 * to 100 recipients with the same message. Stops early on a 429, when the batch has been canceled, or when the last safe
 * start time has passed; the rest then stays open.
 */
export async function attemptChunk(context: BatchContext, claimed: ClaimedChunk): Promise<AttemptResult> {
  const { batch, chunk, recipients, state } = claimed;
  const secret = await context.secret();
  const ids = recipientRequestIds(secret, { batch, chunk, redrive: state.redrive });
  const tag = tagOf(secret, batch, chunk);
  const lastStart = lastStartOf(state, context.settings.repeatabilityWindowSeconds);
  let attempt = addOutcome(newAttempt(state.results), unreachable(claimed, await destinationsOf(context, batch)));
  const mayStart = () => attempt.pauseSeconds === undefined && context.now() <= lastStart;
  const groups = groupByMessage(batch, recipients, attempt.results).values();
  const work = async () => {
    for (const group of groups) {
      if (!mayStart() || (await isStopped(context, batch))) return;
      const outcome = await sendToAllowed(context, claimed, { ...group, ids, tag }, mayStart);
      attempt = addOutcome(attempt, outcome);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_REQUESTS }, work));
  return attempt;
}

/** Whether the batch was canceled, or its client lost permission to send it, since the chunk was claimed. */
async function isStopped(context: BatchContext, batch: Batch): Promise<boolean> {
  if (refusalOf(context, batch) !== undefined) return true;
  const current = await context.batches.getRecent(batch.client, batch.id);
  return current?.state === 'canceled';
}

/** Time for sending the requests of a chunk, if ACS is not slow. When it is, the rest is left to another try. */
const SENDING_MILLISECONDS = { minimum: 5_000, perRequest: 25, maximum: 30_000 };

/** How long a claim lasts: enough to send to these recipients and to write their results. */
export function leaseMilliseconds(recipients: readonly Recipient[]): number {
  const { minimum, perRequest, maximum } = SENDING_MILLISECONDS;
  const personalized = recipients.filter((recipient) => typeof recipient !== 'string').length;
  const requests = personalized + Math.ceil((recipients.length - personalized) / MAXIMUM_REQUEST_SIZE);
  return CLOSING_MILLISECONDS + RECORDING_MILLISECONDS + Math.min(minimum + perRequest * requests, maximum);
}

/**
 * When the last request of a try may start: it ends within the lease, with time left to write the results, and while ACS
 * still recognizes the ids.
 *
 * @returns epoch milliseconds
 */
export function lastStartOf(
  { wakeOn, firstSent }: Pick<ChunkState, 'wakeOn' | 'firstSent'>,
  windowSeconds: number,
): number {
  const lastStartInLease = wakeOn - CLOSING_MILLISECONDS - RECORDING_MILLISECONDS;
  return Math.min(lastStartInLease, lastStartInWindow(firstSent, windowSeconds));
}

/** Recipients that were erased, or that the client may no longer send to. After a doubtful try they are in doubt. */
function unreachable({ recipients, state }: ClaimedChunk, mayReach: DestinationRule): GroupOutcome {
  const results = new Map<number, RecipientResult>();
  for (const [index, recipient] of recipients.entries()) {
    const failure = state.results[index] ? undefined : failureOf(recipient, mayReach);
    if (failure) results.set(index, state.doubtful ? ['inDoubt'] : failure);
  }
  return { results };
}

/** As for a single message. */
function failureOf(recipient: Recipient, mayReach: DestinationRule): RecipientResult | undefined {
  if (isErased(recipient)) return failedResult(410, 'The data of this recipient has been erased.');
  const problem = mayReach(numberOf(recipient));
  return problem === undefined ? undefined : failedResult(403, problem);
}

/** Open positions of the chunk, in groups that are sent the same message by one request. */
function groupByMessage(batch: Batch, recipients: readonly Recipient[], results: ChunkState['results']) {
  const groups: { readonly message: string; readonly indexes: number[] }[] = [];
  const unfilled = new Map<string, number[]>();
  for (const [index, recipient] of recipients.entries()) {
    if (results[index]) continue;
    const message = typeof recipient === 'string' ? batch.message : recipient[1];
    const group = unfilled.get(message);
    if (group && group.length < MAXIMUM_REQUEST_SIZE) {
      group.push(index);
      continue;
    }
    const indexes = [index];
    unfilled.set(message, indexes);
    groups.push({ message, indexes });
  }
  return groups;
}

/** Sends to those of a group who have not opted out, which is checked right before the request. */
async function sendToAllowed(
  context: BatchContext,
  claimed: ClaimedChunk,
  group: Group,
  mayStart: () => boolean,
): Promise<GroupOutcome> {
  const optedOut = await optedOutIn(context, claimed, group.indexes);
  const refused = sameResult(optedOut, claimed.state.doubtful ? ['inDoubt'] : ['optedOut']);
  const indexes = optedOut.length > 0 ? group.indexes.filter((index) => !optedOut.includes(index)) : group.indexes;
  if (indexes.length === 0 || !mayStart()) return refused;
  const { results = [], ...outcome } = await sendGroup(context, claimed, { ...group, indexes });
  return { ...outcome, results: new Map([...(refused.results ?? []), ...results]) };
}

async function optedOutIn({ optOuts }: BatchContext, { batch, recipients }: ClaimedChunk, indexes: readonly number[]) {
  const numberAt = (index: number) => numberOf(recipients[index]);
  const optedOut = await optOuts.optedOut(batch.from, indexes.map(numberAt));
  return indexes.filter((index) => optedOut.has(numberAt(index)));
}

interface Group {
  readonly message: string;
  readonly indexes: readonly number[];
  /** By position in the chunk. */
  readonly ids: readonly string[];
  readonly tag: string;
}

async function sendGroup(context: BatchContext, claimed: ClaimedChunk, group: Group): Promise<GroupOutcome> {
  const { batch, recipients, state } = claimed;
  const { message, indexes, ids, tag } = group;
  const request = {
    from: batch.from,
    message,
    smsRecipients: indexes.map((index) => ({ to: numberOf(recipients[index]) })),
    smsSendOptions: { ...batch.options, tag },
  };
  const repeatability = {
    requestId: (position: number) => idAt(ids, indexes[position]),
    firstSent: new Date(state.firstSent),
    assertMayStart: () => undefined, // the caller has just checked the time
  };
  try {
    const answer = await acs.sendSms(context.acs(idAt(ids, indexes[0])), request, repeatability);
    return outcomeOfItems(answer, indexes, recipients);
  } catch (error) {
    return outcomeOfError(error, indexes, state.doubtful);
  }
}

/** @throws RangeError when there is none: messages without an id of their own could be sent twice, or not at all */
function idAt(ids: readonly string[], index: number | undefined): string {
  const id = index === undefined ? undefined : ids[index];
  if (id === undefined) throw new RangeError('A recipient has no id.');
  return id;
}

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
