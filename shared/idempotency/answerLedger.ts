import { randomUUID } from 'node:crypto';
import type { Answer } from '../contract/answer.ts';
import { type ErrorCode, type ErrorFacts, SwitchboardError } from '../contract/switchboardError.ts';
import { GatheredWrites } from '../storage/gatheredWrites.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import {
  etagOfOwnWrite,
  fromColumns,
  type Row,
  type RowValues,
  type Tables,
  toColumns,
  writeRow,
} from '../storage/tables.ts';

/**
 * Where the record of an operation is stored. `own`: in a partition of its own. `shared`: beside others, so that those
 * written at the same time take one storage call. `either`: as `shared`, unless the version before this placement has
 * stored it in its own partition.
 */
export type RecordPlace = 'own' | 'shared' | 'either';

/** Identifies one operation, so that it runs once however often it is requested. */
export interface OperationName {
  /** A UUID derived from the caller, the operation, and the caller's key or the message's id. */
  readonly id: string;
  /** Of parameters and body: one name must not stand for two requests. */
  readonly fingerprint: string;
  /** Default: `own`. The same for every request with this name, apart from `either` instead of `shared`. */
  readonly record?: RecordPlace | undefined;
}

interface Place {
  readonly partition: string;
  readonly rowKey: string;
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
  readonly place: Place;
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

/** One partition takes about 2000 changes a second. @see "Scalability and performance targets for Table storage" */
const SHARDS = 4;

function ownPlace(id: string): Place {
  return { partition: id, rowKey: 'operation' };
}

/** Ids are UUIDs. */
function sharedPlace(id: string): Place {
  return { partition: `queued-${Number.parseInt(id.slice(0, 8), 16) % SHARDS}`, rowKey: id };
}

function isShared({ record = 'own' }: OperationName): boolean {
  return record !== 'own';
}

export function createAnswerLedger(tables: Tables): AnswerLedger {
  const table = tables.table(ANSWERS_TABLE);
  const gathered = new GatheredWrites(table);
  const get = ({ partition, rowKey }: Place) => table.get(partition, rowKey);
  const write = (name: OperationName, { partition, rowKey }: Place, values: RowValues, etag: string | undefined) => {
    const row = { rowKey, values: { fingerprint: name.fingerprint, ...values }, etag };
    return isShared(name) ? gathered.write(partition, row) : writeRow(table, partition, row);
  };
  const claimExisting = async (name: OperationName, place: Place, row: Row, now: Date) => {
    const { values } = row;
    if (values['fingerprint'] !== name.fingerprint) {
      throw new SwitchboardError('IdempotencyKeyReused', 'This key (or message id) was used for a different request.');
    }
    if (values['state'] === 'ended') return toEnding(values);
    const lockedFor = Number(values['lockedUntil']) - now.getTime();
    if (lockedFor > 0) throw inProgress(lockedFor);
    const firstSent = new Date(Number(values['firstSent']));
    const counted = countedBefore(values);
    const locked = { ...lockedValues(firstSent, now), counted };
    const etag =
      (await write(name, place, locked, row.etag)) ?? etagOfOwnWrite(await get(place), 'claimId', locked.claimId);
    if (etag === undefined) throw inProgress(LOCK_MILLISECONDS); // another call was faster
    return { name, place, etag, firstSent, isDoubtful: true, counted };
  };
  const claim = async (name: OperationName, now: Date): Promise<OperationClaim | Ending | undefined> => {
    const own = ownPlace(name.id);
    const older = name.record === 'either' ? await get(own) : undefined;
    if (older) return claimExisting(name, own, older, now);
    const place = isShared(name) ? sharedPlace(name.id) : own;
    const locked = lockedValues(now, now);
    const inserted = await write(name, place, locked, undefined);
    const row = inserted === undefined ? await get(place) : undefined;
    const etag = inserted ?? etagOfOwnWrite(row, 'claimId', locked.claimId);
    if (etag !== undefined) return { name, place, etag, firstSent: now, isDoubtful: false, counted: 'no' };
    return row && claimExisting(name, place, row, now); // no row: released between the two calls
  };
  return {
    claim: (name, now) => retryConflicts(tables, () => claim(name, now)),
    async keep({ name, place, etag, firstSent }, ending) {
      // Has no effect if the lock expired and another process took the claim over: that one stores its own ending.
      await write(name, place, { state: 'ended', firstSent: firstSent.getTime(), ...endingValues(ending) }, etag);
    },
    async release({ name, place, etag, firstSent, isDoubtful, counted: before }, mayHaveTakenEffect, counted = before) {
      if (!mayHaveTakenEffect && !isDoubtful) return table.remove(place.partition, place.rowKey, etag);
      await write(name, place, { state: 'running', firstSent: firstSent.getTime(), lockedUntil: 0, counted }, etag);
    },
  };
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

function lockedValues(firstSent: Date, now: Date): RowValues & { readonly claimId: string } {
  const lockedUntil = now.getTime() + LOCK_MILLISECONDS;
  return { state: 'running', firstSent: firstSent.getTime(), lockedUntil, claimId: randomUUID() };
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
