/** One recipient as the caller gave it. */
export interface RecipientLine {
  /** Line of the CSV, or position in the list, from 1. */
  readonly line: number;
  readonly to: string;
  /** Fill the message's placeholders. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Why the row cannot be read, whatever its number is. */
  readonly problem?: string | undefined;
}

/** Recipients as the caller gave them. */
export interface RecipientSource {
  /** Read once. */
  readonly lines: Iterable<RecipientLine>;
  /** How many rows the input has, found without regard to what `lines` made of it. Known once those have been read. */
  readonly rowsRead: () => number;
}

/** One recipient as it is kept: the number, and the text where each has its own. */
export type Recipient = string | readonly [to: string, text: string];

/** @throws RangeError when there is none */
export function numberOf(recipient: Recipient | undefined): string {
  if (recipient === undefined) throw new RangeError('A chunk has fewer recipients than results.');
  return typeof recipient === 'string' ? recipient : recipient[0];
}

/**
 * Takes the place of a recipient whose data an operator has erased. In the file it is padded to the length of what it
 * replaces, so that the other lines stay where the index of the chunks says.
 */
export const ERASED_RECIPIENT = '';

export function isErased(recipient: Recipient | undefined): boolean {
  return numberOf(recipient) === ERASED_RECIPIENT;
}

/** Recipients from some whole lines of the file. */
export function parseRecipients(bytes: Uint8Array): Recipient[] {
  const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
  return JSON.parse(`[${lines.join(',')}]`) as Recipient[];
}
