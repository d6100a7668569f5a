import { encodeKey, numberedKeys } from '../storage/rowKeys.ts';
import type { RowValues } from '../storage/tables.ts';

/** What a person wanted last. */
export interface Choice {
  readonly optedOut: boolean;
  /** When ACS received the keyword (epoch milliseconds). */
  readonly changedOn: number;
}

/** The partition whose rows are the senders that somebody has answered with a keyword. */
export const SENDERS = 'senders';

export const partitionOf = (sender: string) => `sender-${encodeKey(sender)}`;
export const numberRow = (number: string) => `number-${encodeKey(number)}`;
export const { keyOf: logRow, numberOf: sequenceOf } = numberedKeys('log', 12);

/** Holds how many rows the log has. */
export const HEAD_ROW = 'head';

export const senderOf = (partition: string) => decodeURIComponent(partition.slice('sender-'.length));
export const numberOf = (rowKey: string) => decodeURIComponent(rowKey.slice('number-'.length));

export function toChoice(values: RowValues): Choice {
  return { optedOut: Boolean(values['optedOut']), changedOn: Number(values['changedOn']) };
}

/** Of two keywords the later one counts, whichever arrives first; of two at the same time, the STOP. */
export function prevails(choice: Choice, known: Choice): boolean {
  if (choice.changedOn !== known.changedOn) return choice.changedOn > known.changedOn;
  return choice.optedOut && !known.optedOut;
}
