import { keyAfter } from '../storage/rowKeys.ts';
import type { Table } from '../storage/tables.ts';
import { numberOf, numberRow, partitionOf, SENDERS, senderOf, toChoice } from './optOutRows.ts';

export interface OptOut {
  /** Our number. */
  readonly sender: string;
  /** The person's. */
  readonly number: string;
  /** Epoch milliseconds. */
  readonly optedOutOn: number;
}

export interface OptOutQuery {
  /** Only those of this sender. */
  readonly sender: string | undefined;
  /** Only those of senders for which this holds. */
  readonly maySee: (sender: string) => boolean;
  readonly pageSize: number;
  /** The `next` of the page before. */
  readonly after: string | undefined;
}

export interface OptOutPage {
  readonly value: readonly OptOut[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

/** Opt-outs sender by sender and number by number. */
export async function listOptOuts(table: Table, query: OptOutQuery): Promise<OptOutPage> {
  const [lastSender, lastNumber = ''] = query.after?.split(SEPARATOR) ?? [];
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

/** Stands in no number. */
const SEPARATOR = ' ';

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
