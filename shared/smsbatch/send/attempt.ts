import * as acs from '../../acs/sms.ts';
import type { DestinationProblem, DestinationRule } from '../../clients/destinations.ts';
import { CLOSING_MILLISECONDS, lastStartInWindow } from '../../contract/sendWindow.ts';
import type { Batch } from '../batch.ts';
import type { BatchEngine } from '../engine.ts';
import { type ChunkState, failedResult, type RecipientResult } from '../ledger/chunk.ts';
import { isErased, numberOf, type Recipient } from '../recipients/recipient.ts';
import { tagOf } from '../tag.ts';
import { type AttemptResult, type Mutable, type Results, recordFailure, recordItems } from './attemptResult.ts';
import { destinationsOf } from './permission.ts';
import { recipientRequestIds } from './requestIds.ts';

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
  const secret = await engine.secret();
  const outcome: Mutable<AttemptResult> = { results: [], doubtful: false, pauseSeconds: undefined, reason: undefined };
  const results = [...state.results];
  settleUnreachable(await destinationsOf(engine, batch), { recipients, results, state });
  const queue = [...groupByText(batch, recipients, results).entries()];
  const ids = recipientRequestIds(secret, { batch, chunk, redrive: state.redrive });
  const tag = tagOf(secret, batch, chunk);
  const lastStart = lastStartOf(state, engine.settings.repeatabilityWindowSeconds);
  const mayGoOn = () => outcome.pauseSeconds === undefined && engine.now() <= lastStart;
  const work = async () => {
    for (let next = queue.shift(); next && mayGoOn(); next = queue.shift()) {
      const [text, group] = next;
      const indexes = await settleOptedOut(engine, batch, { indexes: group, recipients, results, state });
      if (indexes.length === 0 || !mayGoOn()) continue;
      try {
        const answer = await sendGroup(engine, batch, { ids, tag, text, indexes, recipients, state });
        recordItems(answer, { indexes, recipients, results, outcome });
      } catch (error) {
        recordFailure(error, { indexes, results, outcome, doubtful: state.doubtful });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_A_TIME, queue.length) }, work));
  return { ...outcome, results };
}

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

/** Recipients that have been erased, or that the batch's client may no longer send to; after a try that may have taken effect they are in doubt. */
function settleUnreachable(mayReach: DestinationRule, { recipients, results, state }: Omit<Unsent, 'indexes'>): void {
  for (const [index, recipient] of recipients.entries()) {
    if (results[index]) continue;
    const failure = isErased(recipient) ? ERASED : forbidden(mayReach(numberOf(recipient)));
    if (failure) results[index] = state.doubtful ? ['inDoubt'] : failure;
  }
}

const ERASED = failedResult(410, 'The data of this recipient has been erased.');

/** As in the answer to a single message. */
function forbidden(problem: DestinationProblem | undefined): RecipientResult | undefined {
  return problem === undefined ? undefined : failedResult(403, problem);
}

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
  /** By position in the chunk. */
  readonly ids: readonly string[];
  readonly tag: string;
  readonly text: string;
  readonly indexes: readonly number[];
  readonly recipients: readonly Recipient[];
  readonly state: ChunkState;
}

function sendGroup(engine: BatchEngine, batch: Batch, group: Group) {
  const { ids, tag, text, indexes, recipients, state } = group;
  const requestId = (position: number) => idAt(ids, indexes[position]);
  const request = {
    from: batch.from,
    message: text,
    smsRecipients: indexes.map((index) => ({ to: numberOf(recipients[index]) })),
    smsSendOptions: { ...batch.options, tag },
  };
  const session = engine.acs(idAt(ids, 0));
  // The caller has just looked at the time.
  const assertMayStart = () => undefined;
  return acs.sendSms(session, request, { requestId, firstSent: new Date(state.firstSent), assertMayStart });
}

/** @throws RangeError when there is none: messages without an id of their own could be sent twice, or not at all */
function idAt(ids: readonly string[], index: number | undefined): string {
  const id = index === undefined ? undefined : ids[index];
  if (id === undefined) throw new RangeError('A recipient has no id.');
  return id;
}
