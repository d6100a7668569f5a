import {
  ERASED_RECIPIENT,
  numberOf,
  parseRecipients,
  type Recipient,
} from '../../../shared/smsbatch/recipients/recipient.ts';
import type { Person } from './person.ts';

/** A recipient's line in the file of a batch. */
export interface RecipientPlace {
  readonly recipient: Recipient;
  /** The first byte of the line. */
  readonly start: number;
  /** Without the line break. */
  readonly lengthBytes: number;
}

const LINE_BREAK = 0x0a;

/** The lines of a person. Each recipient is a line of JSON that begins with the number. */
export function recipientLines({ value }: Person, bytes: Buffer): RecipientPlace[] {
  const found: RecipientPlace[] = [];
  for (let at = bytes.indexOf(value); at >= 0; at = bytes.indexOf(value, at + value.length)) {
    const start = bytes.lastIndexOf(LINE_BREAK, at) + 1;
    const end = bytes.indexOf(LINE_BREAK, at);
    const line = bytes.subarray(start, end < 0 ? bytes.length : end);
    const [recipient] = parseRecipients(line);
    const isNew = found.at(-1)?.start !== start;
    if (isNew && recipient !== undefined && numberOf(recipient) === value) {
      found.push({ recipient, start, lengthBytes: line.length });
    }
  }
  return found;
}

/** The file with these recipients erased, each line as long as before: the other lines stay where they are. */
export function withoutRecipient(bytes: Buffer, lines: readonly RecipientPlace[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const { start, lengthBytes } of lines) {
    copy.fill(' ', start, start + lengthBytes);
    copy.write(JSON.stringify(ERASED_RECIPIENT), start);
  }
  return copy;
}
