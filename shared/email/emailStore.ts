import { isDeepStrictEqual } from 'node:util';
import QuickLru from 'quick-lru';
import { GatheredWrites } from '../storage/gatheredWrites.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { encodeKey, keyAfter } from '../storage/rowKeys.ts';
import {
  allRows,
  changeOf,
  fromColumns,
  type Row,
  type RowChange,
  type RowValues,
  type Tables,
  toColumns,
} from '../storage/tables.ts';
import { type Email, type Lane, nextStep } from './email.ts';

export const EMAILS_TABLE = 'emails';

/** One partition takes about 2000 changes a second. @see "Scalability and performance targets for Table storage" */
const SHARDS = ['0', '1', '2', '3'];

/**
 * Emails by their operation id. An email with a next step also has a row in that step's lane, written in the same
 * transaction.
 */
export interface EmailStore {
  get(id: string): Promise<Email | undefined>;
  /**
   * Creates or changes an email. If nothing changes, nothing is written.
   *
   * @param next receives the latest version, undefined if the email has no row; called again after a conflict
   * @param isNew the email very likely has no row yet, so that reading it first would be wasted
   * @returns the last result of `next`
   */
  change<Next extends Email | undefined>(
    id: string,
    next: (email: Email | undefined) => Next,
    isNew?: boolean,
  ): Promise<Next>;
  /** Deletes an email, unless its next step has changed since it was read. */
  remove(email: Email): Promise<void>;
  /**
   * The emails of a lane that are due, longest due first.
   *
   * @param before epoch milliseconds
   * @param after the position of the last one of the page before
   */
  due(lane: Lane, before: number, limit: number, after?: string): Promise<DueEmail[]>;
}

export interface DueEmail {
  readonly id: string;
  /** In its lane. */
  readonly position: string;
}

/** Emails whose version is remembered after this process has written it: those being submitted at the same time. */
const MAXIMUM_REMEMBERED = 500;

interface Version {
  readonly email: Email | undefined;
  /** Undefined if the email has no row. */
  readonly etag: string | undefined;
}

const NO_ROW: Version = { email: undefined, etag: undefined };

export function createEmailStore(tables: Tables): EmailStore {
  const table = tables.table(EMAILS_TABLE);
  const gathered = new GatheredWrites(table);
  const written = new QuickLru<string, Version>({ maxSize: MAXIMUM_REMEMBERED });
  const read = async (id: string): Promise<Version> => {
    const row = await table.get(shardOf(id), emailRow(id));
    return row ? { email: toEmail(row), etag: row.etag } : NO_ROW;
  };
  /** @returns whether no concurrent writer has won */
  const write = async ({ email: before, etag }: Version, email: Email): Promise<boolean> => {
    const change = changeOf({ rowKey: emailRow(email.id), values: toValues(email), etag });
    const etags = await gathered.transact(shardOf(email.id), [change, ...laneChanges(before, email)]);
    if (etags) written.set(email.id, { email, etag: etags[0] });
    return etags !== undefined;
  };
  return {
    get: async (id) => (await read(id)).email,
    change: async (id, next, isNew = false) => {
      const assumed = written.get(id) ?? (isNew ? NO_ROW : undefined);
      written.delete(id);
      const first = assumed && next(assumed.email);
      // Only a conditional write proves an assumption right.
      if (first && !isDeepStrictEqual(first, assumed.email) && (await write(assumed, first))) return first;
      const { email } = await retryConflicts(tables, async () => {
        const version = await read(id);
        const changed = { email: next(version.email) };
        if (!changed.email || isDeepStrictEqual(changed.email, version.email)) return changed;
        return (await write(version, changed.email)) ? changed : undefined;
      });
      return email;
    },
    remove: async (email) => {
      const changes: RowChange[] = [{ kind: 'remove', rowKey: emailRow(email.id) }];
      await table.transact(shardOf(email.id), [...changes, ...laneChanges(email, undefined)]);
    },
    due: async (lane, before, limit, after) => {
      const from = after === undefined ? `${STORED_LANES[lane]}-` : keyAfter(after);
      const range = { from, before: laneRow(lane, before, ''), columns: ['id'], limit };
      const lists = SHARDS.map((shard) => allRows(table.list(`mails-${shard}`, range)));
      const rows = (await Promise.all(lists)).flat().sort((one, other) => (one.rowKey < other.rowKey ? -1 : 1));
      return rows.slice(0, limit).map(({ rowKey, values }) => ({ id: String(values['id']), position: rowKey }));
    },
  };
}

/** Ids are UUIDs, but an event may carry any string. */
function shardOf(id: string): string {
  const number = Number.parseInt(id.slice(0, 8), 16) || 0;
  return `mails-${SHARDS[number % SHARDS.length]}`;
}

/** Row keys must not hold `/ \ # ?`. */
const emailRow = (id: string) => `mail-${encodeKey(id)}`;

/** Stored keys keep the names of the first version. */
const STORED_LANES: Readonly<Record<Lane, string>> = {
  emit: 'tell',
  delete: 'forget',
  custom: 'custom',
  managed: 'managed',
};

/** Row keys sort as strings. */
function laneRow(lane: Lane, on: number, id: string): string {
  return `${STORED_LANES[lane]}-${String(Math.floor(on)).padStart(13, '0')}-${encodeKey(id)}`;
}

function laneRowOf(email: Email | undefined): string | undefined {
  const step = email && nextStep(email);
  return step && laneRow(step.lane, step.on, email.id);
}

function laneChanges(before: Email | undefined, after: Email | undefined): RowChange[] {
  const [old, current] = [laneRowOf(before), laneRowOf(after)];
  if (old === current) return [];
  const changes: RowChange[] = [];
  if (old !== undefined) changes.push({ kind: 'remove', rowKey: old });
  if (current !== undefined && after) changes.push({ kind: 'insert', rowKey: current, values: { id: after.id } });
  return changes;
}

/** An email as it is stored, under the names of the first version. */
type StoredEmail = Omit<Email, 'nextPollOn' | 'pending' | 'emitOn'> & {
  readonly nextLookOn: number;
  readonly owed: Email['pending'];
  readonly tellOn: number;
};

/** The columns `state`, `client` and `sender` are only for people who read the table. */
function toValues({ nextPollOn: nextLookOn, pending: owed, emitOn: tellOn, ...rest }: Email): RowValues {
  const stored: StoredEmail = { ...rest, nextLookOn, owed, tellOn };
  const { client = '', sender = '' } = rest.owner ?? {};
  return { state: rest.state, client, sender, ...toColumns('mail', JSON.stringify(stored)) };
}

function toEmail({ values }: Row): Email {
  const stored = JSON.parse(fromColumns('mail', values)) as StoredEmail;
  const { nextLookOn: nextPollOn, owed: pending, tellOn: emitOn, ...rest } = stored;
  return { ...rest, nextPollOn, pending, emitOn };
}
