import { setImmediate } from 'node:timers/promises';
import type { CountryCode } from 'libphonenumber-js/max';
import { MAXIMUM_SMS_LENGTH } from '../../contract/sms.ts';
import { type EmptyPlaceholders, type InvalidRecipient, MAXIMUM_BATCH_RECIPIENTS } from '../../contract/smsBatch.ts';
import { invalidField } from '../../contract/switchboardError.ts';
import type { BatchAdmission } from '../../limits/batchAdmission.ts';
import { NumberReader, NumberSet } from './numbers.ts';
import type { Recipient, RecipientLine, RecipientSource } from './recipient.ts';
import { countSegments, fill, placeholdersOf, type SegmentCount } from './template.ts';

/** What was found out about all recipients together; complete when the last one has been read. */
export interface RecipientSummary {
  total: number;
  duplicates: number;
  invalidCount: number;
  /** The first ones. */
  readonly invalid: InvalidRecipient[];
  emptyPlaceholders: EmptyPlaceholders;
  encoding: SegmentCount['encoding'];
  segmentsTotal: number;
  segmentsPerMessageMaximum: number;
  /** Byte at which each chunk begins, and where the last one ends. */
  readonly chunkOffsets: number[];
}

const MAXIMUM_LISTED = 100;
const MAXIMUM_VALUE_LENGTH = 64;

export interface PrepareOptions {
  /** About how many recipients there will be. */
  readonly expected?: number;
  readonly message: string;
  readonly defaultCountry: CountryCode | undefined;
  readonly chunkSize: number;
  /** Which recipients the client may send to, and how many; any when not given. */
  readonly admission?: Pick<BatchAdmission, 'admit'>;
}

/**
 * Turns what the caller gave into what is sent: numbers in E.164, each once, and filled texts. Reads and forgets line
 * by line, so that a million recipients take little memory.
 */
export class RecipientPreparation {
  readonly summary: RecipientSummary = {
    total: 0,
    duplicates: 0,
    invalidCount: 0,
    invalid: [],
    emptyPlaceholders: { count: 0, first: [] },
    encoding: 'GSM-7',
    segmentsTotal: 0,
    segmentsPerMessageMaximum: 0,
    chunkOffsets: [],
  };
  readonly #options: PrepareOptions;
  readonly #placeholders: readonly string[];
  readonly #numbers: NumberReader;
  readonly #seen: NumberSet;
  /** Of the message that is the same for all. */
  readonly #segments: SegmentCount;
  #bytes = 0;

  constructor(options: PrepareOptions) {
    this.#options = options;
    this.#numbers = new NumberReader(options.defaultCountry);
    this.#seen = new NumberSet(options.expected);
    this.#placeholders = placeholdersOf(options.message);
    this.#segments = countSegments(options.message);
  }

  /**
   * @returns the recipient as a line of JSON, or undefined when it is invalid or a duplicate
   * @throws SwitchboardError `InvalidRequest` when the message cannot be made for it
   */
  accept({ line, to, columns = {}, problem }: RecipientLine): string | undefined {
    const number = problem === undefined ? this.#numbers.read(to) : ({ ok: false, reason: problem } as const);
    if (!number.ok) return this.#refuse({ line, value: printable(to), reason: number.reason });
    if (!this.#seen.add(number.number)) {
      this.summary.duplicates += 1;
      return undefined;
    }
    const refusal = this.#options.admission?.admit(number.number);
    if (refusal !== undefined) return this.#refuse({ line, value: printable(to), reason: refusal });
    const text = this.#placeholders.length > 0 ? this.#filled(line, columns) : undefined;
    const recipient: Recipient = text === undefined ? number.number : [number.number, text];
    const json = `${JSON.stringify(recipient)}\n`;
    this.#count(text === undefined ? this.#segments : countSegments(text), json);
    return json;
  }

  /**
   * Closes the account.
   *
   * @param rowsRead rows of the input, each of which must be a recipient, a duplicate or invalid
   * @throws SwitchboardError `InvalidRequest` when no recipient is left
   * @throws Error when a row is missing, or there are too many
   */
  finish(rowsRead: number): RecipientSummary {
    const { summary } = this;
    const { total, duplicates, invalidCount } = summary;
    if (total + duplicates + invalidCount !== rowsRead) {
      const account = `${total} recipients, ${duplicates} duplicates and ${invalidCount} invalid`;
      throw new Error(`${rowsRead} rows of recipients were read, but ${account} accounted for.`);
    }
    if (summary.total === 0) {
      const [first] = summary.invalid;
      const message = first
        ? `holds no valid number; the first is wrong in line ${first.line}: ${first.reason}`
        : 'is empty';
      throw invalidField('recipients', message);
    }
    summary.chunkOffsets.push(this.#bytes);
    return summary;
  }

  #refuse(recipient: InvalidRecipient): undefined {
    this.summary.invalidCount += 1;
    if (this.summary.invalid.length < MAXIMUM_LISTED) this.summary.invalid.push(recipient);
  }

  #filled(line: number, columns: Readonly<Record<string, string>>): string {
    const missing = this.#placeholders.find((name) => !Object.hasOwn(columns, name));
    if (missing !== undefined)
      throw invalidField('message', `the placeholder {{${missing}}} has no column of that name`);
    this.#noteEmpty(line, columns);
    const text = fill(this.#options.message, columns);
    const length = text.length <= MAXIMUM_SMS_LENGTH ? 0 : [...text].length; // in code points, as everywhere
    if (length <= MAXIMUM_SMS_LENGTH) return text;
    throw invalidField(
      'message',
      `is too long for line ${line}: ${length} characters once filled, ${MAXIMUM_SMS_LENGTH} at most`,
    );
  }

  #noteEmpty(line: number, columns: Readonly<Record<string, string>>): void {
    const placeholder = this.#placeholders.find((name) => columns[name] === '');
    if (placeholder === undefined) return;
    const { count, first } = this.summary.emptyPlaceholders;
    if (first.length < MAXIMUM_LISTED) first.push({ line, placeholder: placeholder.slice(0, MAXIMUM_VALUE_LENGTH) });
    this.summary.emptyPlaceholders = { count: count + 1, first };
  }

  #count({ encoding, segments }: SegmentCount, json: string): void {
    const { summary } = this;
    if (summary.total % this.#options.chunkSize === 0) summary.chunkOffsets.push(this.#bytes);
    summary.total += 1;
    if (summary.total > MAXIMUM_BATCH_RECIPIENTS)
      throw invalidField('recipients', `holds more than ${MAXIMUM_BATCH_RECIPIENTS}`);
    summary.segmentsTotal += segments;
    summary.segmentsPerMessageMaximum = Math.max(summary.segmentsPerMessageMaximum, segments);
    if (encoding === 'UCS-2') summary.encoding = encoding;
    this.#bytes += Buffer.byteLength(json);
  }
}

const PIECE_CHARACTERS = 32 * 1024;

/** After so many lines, other work gets its turn: a million lines take seconds. */
const LINES_AT_A_TIME = 500;

/**
 * The kept recipients as pieces of a file; `preparation` knows all about them when the last piece has been read.
 *
 * @param whenRead runs after the last piece, before the end
 */
export async function* preparedPieces(
  source: RecipientSource,
  preparation: RecipientPreparation,
  whenRead: () => Promise<void> = async () => undefined,
): AsyncGenerator<string> {
  let text = '';
  let count = 0;
  for (const line of source.lines) {
    count += 1;
    if (count % LINES_AT_A_TIME === 0) await setImmediate();
    text += preparation.accept(line) ?? '';
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
  preparation.finish(source.rowsRead());
  await whenRead();
}

/** Part of a cell, to be shown: short, and without control characters and halves of surrogate pairs. */
function printable(value: string): string {
  return value.slice(0, MAXIMUM_VALUE_LENGTH).replaceAll(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}
