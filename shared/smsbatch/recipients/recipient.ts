/** One recipient of a submission. */
export interface RecipientLine {
  /** Line of the CSV, or position in the list, from 1. */
  readonly line: number;
  readonly to: string;
  /** Values for the message's placeholders. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Why the row is invalid regardless of its number. */
  readonly problem?: string | undefined;
}

/** The recipients of a submission. */
export interface RecipientSource {
  /** Can be iterated once. */
  readonly lines: Iterable<RecipientLine>;
  /** Rows of the input, counted independently of `lines`. Known once all lines have been read. */
  readonly rowsRead: () => number;
}

/** A stored recipient: the number, and the message where each recipient has its own. */
export type Recipient = string | readonly [to: string, message: string];

/** @throws RangeError when the recipient is missing */
export function numberOf(recipient: Recipient | undefined): string {
  if (recipient === undefined) throw new RangeError('A chunk has fewer recipients than results.');
  return typeof recipient === 'string' ? recipient : recipient[0];
}

/**
 * Replaces a recipient whose data an operator has erased. In the blob it is padded to the length of the original line, so
 * that the offsets of the chunks stay valid.
 */
export const ERASED_RECIPIENT = '';

export function isErased(recipient: Recipient | undefined): boolean {
  return numberOf(recipient) === ERASED_RECIPIENT;
}

/** Parses whole lines of the blob. */
export function parseRecipients(bytes: Uint8Array): Recipient[] {
  const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
  return JSON.parse(`[${lines.join(',')}]`) as Recipient[];
}
