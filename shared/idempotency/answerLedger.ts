import { type ErrorCode, type ErrorFacts, SwitchboardError } from '../contract/switchboardError.ts';
import type { Answer } from '../operation/definition.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import type { Row, RowValues, Table, Tables } from '../storage/tables.ts';
import { fromColumns, toColumns } from '../storage/tables.ts';

/** What names one operation, so that it is done once however often it is asked for. */
export interface OperationName {
  /** A UUID made from the caller, the operation, and the caller's key or the message's id. */
  readonly id: string;
  /** Of parameters and body: one name must not stand for two requests. */
  readonly fingerprint: string;
}

/** How an operation ended, once and for all. */
export type Ending = { readonly answer: Answer } | { readonly error: SwitchboardError };

/**
 * Whether earlier tries have counted what is sent against the client's limits: never so long as they may not have, or
 * repetitions would be free. For a try that died, it is unknown.
 */
export type Counted = 'no' | 'yes' | 'unknown';

/** The right to carry out an operation, until it is kept, released, or held for too long. */
export interface Claim {
  readonly name: OperationName;
  readonly etag: string;
  /** When it was first started: repetitions send this time to ACS. */
  readonly firstSent: Date;
  /** An earlier try died or lost its answer, and may have taken effect. */
  readonly isDoubtful: boolean;
  readonly counted: Counted;
}

/** Keeps for each named operation whether it is at work, or how it ended. */
export interface AnswerLedger {
  /** @throws SwitchboardError `IdempotencyKeyReused`, `OperationInProgress` */
  claim(name: OperationName, now: Date): Promise<Claim | Ending>;
  /** The operation ended: every repetition gets this. */
  keep(claim: Claim, ending: Ending): Promise<void>;
  /**
   * It did not end: a repetition carries it out, as the first one or as one of which a part may have taken effect.
   *
   * @param counted by this try and those before it
   */
  release(claim: Claim, mayHaveTakenEffect: boolean, counted?: Counted): Promise<void>;
}

/** An operation ends soon after ACS's deadline of 10 seconds: who holds one for longer than this has died. */
const LOCK_MILLISECONDS = 60_000;

export const ANSWERS_TABLE = 'answers';

const ROW = 'operation';

export function createAnswerLedger(tables: Tables): AnswerLedger {
  const table = tables.table(ANSWERS_TABLE);
  const replace = ({ name, etag }: Claim, values: RowValues) =>
    table.replace(name.id, { rowKey: ROW, values: { fingerprint: name.fingerprint, ...values }, etag });
  return {
    claim(name, now) {
      const values = { fingerprint: name.fingerprint, ...lockedValues(now, now) };
      return retryConflicts<Claim | Ending>(tables, async () => {
        const etag = await table.insert(name.id, ROW, values);
        if (etag !== undefined) return { name, etag, firstSent: now, isDoubtful: false, counted: 'no' };
        const row = await table.get(name.id, ROW);
        return row && claimExisting(table, name, row, now); // without a row: released between the two calls
      });
    },
    async keep(claim, ending) {
      // Fails without effect if the claim was held for too long and has been taken over: the new holder records its own ending.
      await replace(claim, { state: 'ended', firstSent: claim.firstSent.getTime(), ...endingValues(ending) });
    },
    async release(claim, mayHaveTakenEffect, counted = claim.counted) {
      if (!mayHaveTakenEffect && !claim.isDoubtful) return table.remove(claim.name.id, ROW, claim.etag);
      await replace(claim, { state: 'running', firstSent: claim.firstSent.getTime(), lockedUntil: 0, counted });
    },
  };
}

async function claimExisting(table: Table, name: OperationName, row: Row, now: Date): Promise<Claim | Ending> {
  const { values } = row;
  if (values['fingerprint'] !== name.fingerprint) {
    throw new SwitchboardError('IdempotencyKeyReused', 'This key (or message id) was used for a different request.');
  }
  if (values['state'] === 'ended') return toEnding(values);
  const lockedFor = Number(values['lockedUntil']) - now.getTime();
  if (lockedFor > 0) throw inProgress(lockedFor);
  const firstSent = new Date(Number(values['firstSent']));
  const counted = countedBefore(values);
  const taken = { fingerprint: name.fingerprint, ...lockedValues(firstSent, now), counted };
  const etag = await table.replace(name.id, { rowKey: ROW, values: taken, etag: row.etag });
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
  if (error) return { error: new SwitchboardError(error.code, error.message, error.facts) };
  throw new Error('A kept operation has neither an answer nor an error.');
}
