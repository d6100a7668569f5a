import { setImmediate } from 'node:timers/promises';
import type { CountryCode } from 'libphonenumber-js/max';
import { MAXIMUM_SMS_LENGTH } from '../../contract/sms.ts';
import { type EmptyPlaceholders, type InvalidRecipient, MAXIMUM_BATCH_RECIPIENTS } from '../../contract/smsBatch.ts';
import { invalidField } from '../../contract/switchboardError.ts';
import type { BatchAdmission } from '../../limits/batchAdmission.ts';
import { NumberReader, NumberSet } from './numbers.ts';
import type { RecipientLine, RecipientSource } from './recipient.ts';
import { countSegments, type SegmentCount, Template } from './template.ts';

/** Summary of all recipients. Complete once the last one has been read. */
export interface RecipientSummary {
  total: number;
  duplicates: number;
  invalidCount: number;
  /** The first invalid recipients. */
  readonly invalid: InvalidRecipient[];
  emptyPlaceholders: EmptyPlaceholders;
  encoding: SegmentCount['encoding'];
  segmentsTotal: number;
  segmentsPerMessageMaximum: number;
  /** Byte offset of each chunk, and the end of the last one. */
  readonly chunkOffsets: number[];
}

const MAXIMUM_LISTED = 100;
const MAXIMUM_VALUE_LENGTH = 64;

export interface PrepareOptions {
  /** Estimated number of recipients. */
  readonly expected?: number;
  readonly message: string;
  readonly defaultCountry: CountryCode | undefined;
  readonly chunkSize: number;
  /** Which recipients the client may send to, and how many; without it, any. */
  readonly admission?: Pick<BatchAdmission, 'admit'>;
}

/**
 * Turns a submission into what is stored: distinct numbers in E.164 and, for personalized batches, filled messages. Works
 * line by line, so that a million recipients need little memory.
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
  readonly #template: Template;
  readonly #numbers: NumberReader;
  readonly #seen: NumberSet;
  /** Segments of a message that is the same for all recipients. */
  readonly #segments: SegmentCount;
  #bytes = 0;
  #hasRefusedNumber = false;

  constructor(options: PrepareOptions) {
    this.#options = options;
    this.#numbers = new NumberReader(options.defaultCountry);
    this.#seen = new NumberSet(options.expected);
    this.#template = new Template(options.message);
    this.#segments = countSegments(options.message);
  }

  /**
   * @returns the recipient as a line of JSON; undefined when it is invalid or a duplicate
   * @throws SwitchboardError `InvalidRequest` when the message cannot be filled for it
   */
  accept({ line, to, columns, problem }: RecipientLine): string | undefined {
    const number = problem === undefined ? this.#numbers.read(to) : ({ ok: false, reason: problem } as const);
    if (!number.ok) return this.#refuse({ line, value: printable(to), reason: number.reason });
    if (!this.#seen.add(number.number)) {
      this.summary.duplicates += 1;
      return undefined;
    }
    const refusal = this.#options.admission?.admit(number.number);
    if (refusal !== undefined) {
      this.#hasRefusedNumber = true;
      return this.#refuse({ line, value: printable(to), reason: refusal });
    }
    if (this.#template.placeholders.length > 0) return this.#personalized(number.number, line, columns ?? {});
    const json = `"${number.number}"\n`; // a number needs no escaping, and has only ASCII
    this.#count(json.length, this.#segments);
    return json;
  }

  /**
   * Completes the summary.
   *
   * @param rowsRead rows of the input: each must have been a recipient, a duplicate or invalid
   * @throws SwitchboardError `InvalidRequest` when no recipient is left
   * @throws Error when rows are missing or too many
   */
  finish(rowsRead: number): RecipientSummary {
    const { summary } = this;
    const { total, duplicates, invalidCount } = summary;
    if (total + duplicates + invalidCount !== rowsRead) {
      const account = `${total} recipients, ${duplicates} duplicates and ${invalidCount} invalid`;
      throw new Error(`${rowsRead} rows of recipients were read, but accounted for were ${account}.`);
    }
    if (summary.total === 0) {
      const [first] = summary.invalid;
      const message = first
        ? `contains no valid number; the first one, in line ${first.line}, ${first.reason}`
        : 'is empty';
      throw invalidField('recipients', message, { isRefusal: this.#hasRefusedNumber });
    }
    summary.chunkOffsets.push(this.#bytes);
    return summary;
  }

  #refuse(recipient: InvalidRecipient): undefined {
    this.summary.invalidCount += 1;
    if (this.summary.invalid.length < MAXIMUM_LISTED) this.summary.invalid.push(recipient);
  }

  #personalized(number: string, line: number, columns: Readonly<Record<string, string>>): string {
    const message = this.#filled(line, columns);
    const json = `["${number}",${JSON.stringify(message)}]\n`;
    this.#count(Buffer.byteLength(json), countSegments(message));
    return json;
  }

  #filled(line: number, columns: Readonly<Record<string, string>>): string {
    const { placeholders } = this.#template;
    const missing = placeholders.find((name) => !Object.hasOwn(columns, name));
    if (missing !== undefined)
      throw invalidField('message', `the placeholder {{${missing}}} has no column of that name`);
    this.#countEmpty(line, columns);
    const message = this.#template.fill(columns);
    const length = message.length <= MAXIMUM_SMS_LENGTH ? 0 : [...message].length; // in code points, as everywhere
    if (length <= MAXIMUM_SMS_LENGTH) return message;
    throw invalidField(
      'message',
      `is too long for line ${line}: ${length} characters once filled, ${MAXIMUM_SMS_LENGTH} at most`,
    );
  }

  #countEmpty(line: number, columns: Readonly<Record<string, string>>): void {
    const placeholder = this.#template.placeholders.find((name) => columns[name] === '');
    if (placeholder === undefined) return;
    const { count, first } = this.summary.emptyPlaceholders;
    if (first.length < MAXIMUM_LISTED) first.push({ line, placeholder: placeholder.slice(0, MAXIMUM_VALUE_LENGTH) });
    this.summary.emptyPlaceholders = { count: count + 1, first };
  }

  #count(sizeBytes: number, { encoding, segments }: SegmentCount): void {
    const { summary } = this;
    if (summary.total % this.#options.chunkSize === 0) summary.chunkOffsets.push(this.#bytes);
    summary.total += 1;
    if (summary.total > MAXIMUM_BATCH_RECIPIENTS)
      throw invalidField('recipients', `contains more than ${MAXIMUM_BATCH_RECIPIENTS}`);
    summary.segmentsTotal += segments;
    summary.segmentsPerMessageMaximum = Math.max(summary.segmentsPerMessageMaximum, segments);
    if (encoding === 'UCS-2') summary.encoding = encoding;
    this.#bytes += sizeBytes;
  }
}

const PIECE_CHARACTERS = 32 * 1024;

/** Lines processed before other work gets a turn: a million lines take seconds. */
const LINES_PER_TURN = 500;

/**
 * The stored recipients in pieces. The summary of `preparation` is complete once the last piece has been read.
 *
 * @param beforeEnd runs after the last piece; if it throws, the caller's upload fails
 */
export async function* preparedPieces(
  source: RecipientSource,
  preparation: RecipientPreparation,
  beforeEnd: () => Promise<void> = async () => undefined,
): AsyncGenerator<string> {
  let text = '';
  let count = 0;
  for (const line of source.lines) {
    count += 1;
    if (count % LINES_PER_TURN === 0) await setImmediate();
    text += preparation.accept(line) ?? '';
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
  preparation.finish(source.rowsRead());
  await beforeEnd();
}

/** The beginning of a cell for display, without control characters and lone surrogates. */
function printable(value: string): string {
  return value.slice(0, MAXIMUM_VALUE_LENGTH).replaceAll(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}
