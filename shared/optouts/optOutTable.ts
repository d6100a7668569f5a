import { encodeKey, keyAfter, numberedKeys } from '../storage/rowKeys.ts';
import type { RowValues, Table } from '../storage/tables.ts';

export const OPT_OUTS_TABLE = 'smsoptouts';

/** The last choice of a number. */
export interface Choice {
  readonly optedOut: boolean;
  /** When ACS received the keyword or knew of the choice (epoch milliseconds). */
  readonly changedOn: number;
}

/** The partition that has a row for each sender that has received a keyword. */
export const SENDERS = 'senders';

/** As for a client's `senders`, case does not distinguish sender IDs. */
export const senderKey = (sender: string) => sender.trim().toLowerCase();

export const partitionOf = (sender: string) => `sender-${encodeKey(senderKey(sender))}`;
export const numberRow = (number: string) => `number-${encodeKey(number)}`;
export const { keyOf: logRow, numberOf: sequenceOf } = numberedKeys('log', 12);

/** Holds the number of rows in the log. */
export const HEAD_ROW = 'head';

const senderOf = (partition: string) => decodeURIComponent(partition.slice('sender-'.length));
const numberOf = (rowKey: string) => decodeURIComponent(rowKey.slice('number-'.length));

export function toChoice(values: RowValues): Choice {
  return { optedOut: Boolean(values['optedOut']), changedOn: Number(values['changedOn']) };
}

/** Of two keywords, the later one prevails, whichever arrives first; of two at the same time, the opt-out. */
export function prevails(choice: Choice, known: Choice): boolean {
  if (choice.changedOn !== known.changedOn) return choice.changedOn > known.changedOn;
  return choice.optedOut && !known.optedOut;
}

export interface OptOut {
  readonly sender: string;
  /** The number that has opted out. */
  readonly number: string;
  /** Epoch milliseconds. */
  readonly optedOutOn: number;
}

export interface OptOutQuery {
  /** Only opt-outs of this sender. */
  readonly sender: string | undefined;
  /** Only opt-outs of senders for which this returns true. */
  readonly maySee: (sender: string) => boolean;
  readonly pageSize: number;
  /** The `next` of the previous page. */
  readonly after: string | undefined;
}

export interface OptOutPage {
  readonly value: readonly OptOut[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: string | undefined;
}

/** Returns a page of opt-outs, sorted by sender and number. */
export async function listOptOuts(table: Table, query: OptOutQuery): Promise<OptOutPage> {
  const [lastSender, lastNumber] = lastOf(query.after);
  const value: OptOut[] = [];
  for await (const sender of senders(table, query, lastSender)) {
    const from = sender === lastSender ? keyAfter(numberRow(lastNumber)) : 'number-';
    for await (const { rowKey, values } of table.list(partitionOf(sender), { from, before: 'number.' })) {
      const { optedOut, changedOn } = toChoice(values);
      if (!optedOut) continue;
      if (value.length === query.pageSize) return { value, next: keyOf(value.at(-1)) };
      value.push({ sender, number: numberOf(rowKey), optedOutOn: changedOn });
    }
  }
  return { value, next: undefined };
}

/** Not part of any number, but of sender IDs. */
const SEPARATOR = ' ';

function lastOf(key: string | undefined): [sender: string | undefined, number: string] {
  const at = key?.lastIndexOf(SEPARATOR) ?? -1;
  return key === undefined || at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at + 1)];
}

function keyOf(last: OptOut | undefined): string | undefined {
  return last && `${last.sender}${SEPARATOR}${last.number}`;
}

async function* senders(table: Table, { sender: only, maySee }: OptOutQuery, first = ''): AsyncGenerator<string> {
  if (only !== undefined) return yield only;
  for await (const { rowKey } of table.list(SENDERS, { from: partitionOf(first), before: 'sender.' })) {
    const sender = senderOf(rowKey);
    if (maySee(sender)) yield sender;
  }
}
