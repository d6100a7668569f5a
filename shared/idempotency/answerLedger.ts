import type { Answer } from '../contract/answer.ts';
import { type ErrorCode, type ErrorFacts, SwitchboardError } from '../contract/switchboardError.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import type { Row, RowValues, Table, Tables } from '../storage/tables.ts';
import { fromColumns, toColumns } from '../storage/tables.ts';

/** Identifies one operation, so that it runs once however often it is requested. */
export interface OperationName {
  /** A UUID derived from the caller, the operation, and the caller's key or the message's id. */
  readonly id: string;
  /** Of parameters and body: one name must not stand for two requests. */
  readonly fingerprint: string;
}

/** The final result of an operation. */
export type Ending = { readonly answer: Answer } | { readonly error: SwitchboardError };

/**
 * Whether earlier attempts counted what is sent against the client's limits. Unknown if an attempt died; it is not taken
 * as counted then, or repetitions would be free.
 */
export type Counted = 'no' | 'yes' | 'unknown';

/** The right to run an operation, until its ending is stored, it is released, or its lock expires. */
export interface OperationClaim {
  readonly name: OperationName;
  readonly etag: string;
  /** When the operation was first started: repetitions send this time to ACS. */
  readonly firstSent: Date;
  /** An earlier attempt died or lost its answer, and may have taken effect. */
  readonly isDoubtful: boolean;
  readonly counted: Counted;
}

/** Stores for each named operation whether it is in progress, or its ending. */
export interface AnswerLedger {
  /** @throws SwitchboardError `IdempotencyKeyReused`, `OperationInProgress` */
  claim(name: OperationName, now: Date): Promise<OperationClaim | Ending>;
  /** Stores the ending: every repetition gets it. */
  keep(claim: OperationClaim, ending: Ending): Promise<void>;
  /**
   * Allows a repetition to run the operation. If nothing has taken effect, the repetition is treated as the first request.
   *
   * @param counted by this attempt and earlier ones
   */
  release(claim: OperationClaim, mayHaveTakenEffect: boolean, counted?: Counted): Promise<void>;
}

/** An operation ends soon after ACS's deadline of 10 seconds: a process that holds a claim for longer has died. */
const LOCK_MILLISECONDS = 60_000;

export const ANSWERS_TABLE = 'answers';

const ROW = 'operation';

export function createAnswerLedger(tables: Tables): AnswerLedger {
  const table = tables.table(ANSWERS_TABLE);
  const replace = ({ name, etag }: OperationClaim, values: RowValues) =>
    table.replace(name.id, { rowKey: ROW, values: { fingerprint: name.fingerprint, ...values }, etag });
  return {
    claim(name, now) {
      const values = { fingerprint: name.fingerprint, ...lockedValues(now, now) };
      return retryConflicts<OperationClaim | Ending>(tables, async () => {
        const etag = await table.insert(name.id, ROW, values);
        if (etag !== undefined) return { name, etag, firstSent: now, isDoubtful: false, counted: 'no' };
        const row = await table.get(name.id, ROW);
        return row && claimExisting(table, name, row, now); // no row: released between the two calls
      });
    },
    async keep(claim, ending) {
      // Has no effect if the lock expired and another process took the claim over: that one stores its own ending.
      await replace(claim, { state: 'ended', firstSent: claim.firstSent.getTime(), ...endingValues(ending) });
    },
    async release(claim, mayHaveTakenEffect, counted = claim.counted) {
      if (!mayHaveTakenEffect && !claim.isDoubtful) return table.remove(claim.name.id, ROW, claim.etag);
      await replace(claim, { state: 'running', firstSent: claim.firstSent.getTime(), lockedUntil: 0, counted });
    },
  };
}

async function claimExisting(table: Table, name: OperationName, row: Row, now: Date): Promise<OperationClaim | Ending> {
  const { values } = row;
  if (values['fingerprint'] !== name.fingerprint) {
    throw new SwitchboardError('IdempotencyKeyReused', 'This key (or message id) was used for a different request.');
  }
  if (values['state'] === 'ended') return toEnding(values);
  const lockedFor = Number(values['lockedUntil']) - now.getTime();
  if (lockedFor > 0) throw inProgress(lockedFor);
  const firstSent = new Date(Number(values['firstSent']));
  const counted = countedBefore(values);
  const locked = { fingerprint: name.fingerprint, ...lockedValues(firstSent, now), counted };
  const etag = await table.replace(name.id, { rowKey: ROW, values: locked, etag: row.etag });
  if (etag === undefined) throw inProgress(LOCK_MILLISECONDS); // another call was faster
  return { name, etag, firstSent, isDoubtful: true, counted };
}

function countedBefore({ counted, lockedUntil }: RowValues): Counted {
  if (counted === 'yes') return 'yes';
  const hasDied = lockedUntil !== 0;
  return counted === 'no' && !hasDied ? 'no' : 'unknown';
}

function inProgress(milliseconds: number): SwitchboardError {
  return new SwitchboardError('OperationInProgress', 'The same request is still in progress.', {
    retryAfterSeconds: Math.ceil(milliseconds / 1000),
  });
}

function lockedValues(firstSent: Date, now: Date): RowValues {
  return { state: 'running', firstSent: firstSent.getTime(), lockedUntil: now.getTime() + LOCK_MILLISECONDS };
}

interface EndingJson {
  readonly answer?: Answer;
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly facts: ErrorFacts };
}

function endingValues(ending: Ending): RowValues {
  return toColumns('ending', JSON.stringify('answer' in ending ? ending : { error: errorJson(ending.error) }));
}

function errorJson({ code, message, target, details, retryAfterSeconds, upstream }: SwitchboardError) {
  return { code, message, facts: { target, details, retryAfterSeconds, upstream } };
}

function toEnding(values: RowValues): Ending {
  const { answer, error } = JSON.parse(fromColumns('ending', values)) as EndingJson;
  if (answer) return { answer };
  if (error) return { error: new SwitchboardError(error.code, error.message, { ...error.facts, isReplayed: true }) };
  throw new Error('A stored ending has neither an answer nor an error.');
}
