import { isDeepStrictEqual } from 'node:util';
import { fromColumns, toColumns } from '../storage/longtext.ts';
import { allRows, type Row, type RowChange, type RowValues, type Tables } from '../storage/tables.ts';
import { dueOf, type Lane, type Mail } from './mail.ts';

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
  /** Adds a mail; undefined where one of this id stands already. */
  add(mail: Mail): Promise<StoredMail | undefined>;
  /** Writes a mail that is unchanged since it was read; undefined when somebody else has written since. */
  replace(stored: StoredMail, mail: Mail): Promise<StoredMail | undefined>;
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
  const stored = (mail: Mail, etags: readonly string[] | undefined) => etags && { mail, etag: etags[0] ?? '' };
  return {
    get: async (id) => {
      const row = await table.get(shardOf(id), mailRow(id));
      return row && { mail: toMail(row), etag: row.etag };
    },
    add: async (mail) => {
      const changes: RowChange[] = [{ kind: 'insert', rowKey: mailRow(mail.id), values: toValues(mail) }];
      return stored(mail, await table.transact(shardOf(mail.id), [...changes, ...laneChanges(undefined, mail)]));
    },
    replace: async ({ mail: before, etag }, mail) => {
      const change: RowChange = { kind: 'replace', rowKey: mailRow(mail.id), values: toValues(mail), etag };
      return stored(mail, await table.transact(shardOf(mail.id), [change, ...laneChanges(before, mail)]));
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

/** Reads, changes and writes until nobody has come between; what changes nothing is not written. */
export async function changeMail(
  mails: MailStore,
  id: string,
  next: (mail: Mail | undefined) => Mail | undefined,
): Promise<Mail | undefined> {
  for (;;) {
    const stored = await mails.get(id);
    const mail = next(stored?.mail);
    if (!mail || isDeepStrictEqual(mail, stored?.mail)) return mail;
    const written = stored ? await mails.replace(stored, mail) : await mails.add(mail);
    if (written) return mail;
  }
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
