import { isDeepStrictEqual } from 'node:util';
import { retryConflicts } from '../storage/optimistic.ts';
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
import { dueOf, type Lane, type Mail } from './emailRow.ts';

export const MAILS_TABLE = 'emails';

/** One partition takes about 2000 changes a second. @see "Scalability and performance targets for Table storage" */
const SHARDS = ['0', '1', '2', '3'];

export interface StoredMail {
  readonly mail: Mail;
  readonly etag: string;
}

/** Mails by their operation's id. Each that something has to happen to stands, in the same transaction, in a lane too. */
export interface MailStore {
  get(id: string): Promise<StoredMail | undefined>;
  /**
   * Creates or changes an email; what changes nothing is not written.
   *
   * @param next may be called more than once: it is given the latest version each time, undefined where there is none
   * @returns the email as `next` answered it last
   */
  change<Next extends Mail | undefined>(id: string, next: (mail: Mail | undefined) => Next): Promise<Next>;
  /** Takes a mail away; nothing happens where its place in the lanes has changed since it was read. */
  remove(mail: Mail): Promise<void>;
  /**
   * The next mails of a lane whose time has come, the longest due first.
   *
   * @param before epoch milliseconds
   * @param after the place of the last one that was had before
   */
  due(lane: Lane, before: number, limit: number, after?: string): Promise<DueMail[]>;
}

export interface DueMail {
  readonly id: string;
  /** In its lane. */
  readonly place: string;
}

export function createMailStore(tables: Tables): MailStore {
  const table = tables.table(MAILS_TABLE);
  const get = async (id: string): Promise<StoredMail | undefined> => {
    const row = await table.get(shardOf(id), mailRow(id));
    return row && { mail: toMail(row), etag: row.etag };
  };
  return {
    get,
    change: async (id, next) => {
      const { mail } = await retryConflicts(tables, async () => {
        const stored = await get(id);
        const changed = { mail: next(stored?.mail) };
        if (!changed.mail || isDeepStrictEqual(changed.mail, stored?.mail)) return changed;
        const row = changeOf({ rowKey: mailRow(id), values: toValues(changed.mail), etag: stored?.etag });
        const lanes = laneChanges(stored?.mail, changed.mail);
        return (await table.transact(shardOf(id), [row, ...lanes])) && changed;
      });
      return mail;
    },
    remove: async (mail) => {
      const changes: RowChange[] = [{ kind: 'remove', rowKey: mailRow(mail.id) }];
      await table.transact(shardOf(mail.id), [...changes, ...laneChanges(mail, undefined)]);
    },
    due: async (lane, before, limit, after) => {
      const from = after === undefined ? `${lane}-` : `${after}!`; // '!' sorts before every character of a place
      const range = { from, before: laneRow(lane, before, ''), columns: ['id'], limit };
      const lists = SHARDS.map((shard) => allRows(table.list(`mails-${shard}`, range)));
      const rows = (await Promise.all(lists)).flat().sort((one, other) => (one.rowKey < other.rowKey ? -1 : 1));
      return rows.slice(0, limit).map(({ rowKey, values }) => ({ id: String(values['id']), place: rowKey }));
    },
  };
}

/** Ids are UUIDs; an event may bear any text. */
function shardOf(id: string): string {
  const number = Number.parseInt(id.slice(0, 8), 16) || 0;
  return `mails-${SHARDS[number % SHARDS.length]}`;
}

/** Row keys must not hold `/ \ # ?`. */
const mailRow = (id: string) => `mail-${encodeURIComponent(id)}`;

/** Row keys sort as text. */
function laneRow(lane: Lane, on: number, id: string): string {
  return `${lane}-${String(Math.floor(on)).padStart(13, '0')}-${encodeURIComponent(id)}`;
}

function laneRowOf(mail: Mail | undefined): string | undefined {
  const due = mail && dueOf(mail);
  return due && laneRow(due.lane, due.on, mail.id);
}

function laneChanges(before: Mail | undefined, after: Mail | undefined): RowChange[] {
  const [old, fresh] = [laneRowOf(before), laneRowOf(after)];
  if (old === fresh) return [];
  const changes: RowChange[] = [];
  if (old !== undefined) changes.push({ kind: 'remove', rowKey: old });
  if (fresh !== undefined && after) changes.push({ kind: 'insert', rowKey: fresh, values: { id: after.id } });
  return changes;
}

/** `state`, `client` and `sender` are for people who look into the table. */
function toValues(mail: Mail): RowValues {
  const { client = '', sender = '' } = mail.owner ?? {};
  return { state: mail.state, client, sender, ...toColumns('mail', JSON.stringify(mail)) };
}

function toMail({ values }: Row): Mail {
  return JSON.parse(fromColumns('mail', values)) as Mail;
}
