import * as acs from '../acs/sms.ts';
import type { DestinationRule } from '../clients/destinations.ts';
import { CLOSING_MILLISECONDS, lastStartInWindow } from '../contract/sendwindow.ts';
import type { SmsSendResult } from '../contract/sms.ts';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import type { Batch } from './batch.ts';
import { type ChunkState, failedResult, type RecipientResult } from './chunk.ts';
import type { BatchEngine } from './engine.ts';
import { destinationsOf } from './permission.ts';
import { numberOf, type Recipient } from './recipient.ts';
import { recipientRequestId } from './requestid.ts';
import { tagOf } from './tag.ts';

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

/** What writing the results of a try may take. */
const RECORDING_MILLISECONDS = 15_000;

/** ACS requests of one chunk at the same time; more than one only where every recipient has a text of its own. */
const REQUESTS_AT_A_TIME = 8;

/**
 * When the last request of a try may start: it ends within the lease, with time left to write the results, and while ACS
 * still recognises the ids. What has not started by then stays open.
 *
 * @param state of a claimed chunk: its lease lasts until `wakeOn`
 * @returns epoch milliseconds
 */
export function lastStartOf({ wakeOn, firstSent }: ClaimedState, windowSeconds: number): number {
  const lastStartInLease = wakeOn - CLOSING_MILLISECONDS - RECORDING_MILLISECONDS;
  return Math.min(lastStartInLease, lastStartInWindow(firstSent, windowSeconds));
}

type ClaimedState = Pick<ChunkState, 'wakeOn' | 'firstSent'>;

/**
 * Sends to the recipients of a chunk that have no result yet, have not opted out, and may (still) be sent to: one request
 * for each distinct text.
 */
export async function attemptChunk(
  engine: BatchEngine,
  batch: Batch,
  chunk: number,
  recipients: readonly Recipient[],
  state: ChunkState,
): Promise<AttemptResult> {
  const outcome: Mutable<AttemptResult> = { results: [], doubtful: false, pauseSeconds: undefined, reason: undefined };
  const results = [...state.results];
  settleForbidden(await destinationsOf(engine, batch), { recipients, results, state });
  const queue = [...groupByText(batch, recipients, results).entries()];
  const lastStart = lastStartOf(state, engine.settings.repeatabilityWindowSeconds);
  const mayGoOn = () => outcome.pauseSeconds === undefined && engine.now() <= lastStart;
  const work = async () => {
    for (let next = queue.shift(); next && mayGoOn(); next = queue.shift()) {
      const [text, group] = next;
      const indexes = await settleOptedOut(engine, batch, { indexes: group, recipients, results, state });
      if (indexes.length === 0 || !mayGoOn()) continue;
      try {
        const answer = await sendGroup(engine, batch, { chunk, text, indexes, recipients, state });
        recordItems(answer, { indexes, recipients, results, outcome });
      } catch (error) {
        recordFailure(error, { indexes, results, outcome, doubtful: state.doubtful });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_A_TIME, queue.length) }, work));
  return { ...outcome, results };
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Positions in the chunk, by the text that goes to them. */
function groupByText(batch: Batch, recipients: readonly Recipient[], results: ChunkState['results']) {
  const groups = new Map<string, number[]>();
  for (const [index, recipient] of recipients.entries()) {
    if (results[index]) continue;
    const text = typeof recipient === 'string' ? batch.message : recipient[1];
    const group = groups.get(text);
    if (group) group.push(index);
    else groups.set(text, [index]);
  }
  return groups;
}

interface Unsent {
  readonly indexes: readonly number[];
  readonly recipients: readonly Recipient[];
  readonly results: Results;
  readonly state: ChunkState;
}

/** Recipients that the batch's client may no longer send to; after a try that may have taken effect they are in doubt. */
function settleForbidden(mayReach: DestinationRule, { recipients, results, state }: Omit<Unsent, 'indexes'>): void {
  for (const [index, recipient] of recipients.entries()) {
    if (results[index]) continue;
    const problem = mayReach(numberOf(recipient));
    if (problem !== undefined) results[index] = state.doubtful ? ['inDoubt'] : failedResult(FORBIDDEN, problem);
  }
}

/** Of a recipient that was not sent to, as in the answer to a single message. */
const FORBIDDEN = 403;

/**
 * Asked right before each request: who has opted out in the meantime is not sent to. After a try that may have taken
 * effect they are in doubt, for they may have got it before they opted out.
 *
 * @returns the others
 */
async function settleOptedOut(engine: BatchEngine, { from }: Batch, { indexes, recipients, results, state }: Unsent) {
  const numberAt = (index: number) => numberOf(recipients[index]);
  const optedOut = await engine.optOuts.optedOut(from, indexes.map(numberAt));
  const isOut = (index: number) => optedOut.has(numberAt(index));
  for (const index of indexes.filter(isOut)) results[index] = [state.doubtful ? 'inDoubt' : 'optedOut'];
  return indexes.filter((index) => !isOut(index));
}

interface Group {
  readonly chunk: number;
  readonly text: string;
  readonly indexes: readonly number[];
  readonly recipients: readonly Recipient[];
  readonly state: ChunkState;
}

function sendGroup(engine: BatchEngine, batch: Batch, { chunk, text, indexes, recipients, state }: Group) {
  const first = chunk * batch.chunkSize;
  const requestId = (position: number) => recipientRequestId(batch.id, first + (indexes[position] ?? 0), state.redrive);
  const request = {
    from: batch.from,
    message: text,
    smsRecipients: indexes.map((index) => ({ to: numberOf(recipients[index]) })),
    smsSendOptions: { ...batch.options, tag: tagOf(batch, chunk) },
  };
  const session = engine.acs(recipientRequestId(batch.id, first, state.redrive));
  // The caller has just looked at the time.
  const assertMayStart = () => undefined;
  return acs.sendSms(session, request, { requestId, firstSent: new Date(state.firstSent), assertMayStart });
}

type Results = (RecipientResult | null)[];

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

function recordItems({ value }: SmsSendResult, { indexes, recipients, results, outcome }: ItemRecord): void {
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

function recordFailure(error: unknown, { indexes, results, outcome, doubtful }: FailureRecord) {
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
