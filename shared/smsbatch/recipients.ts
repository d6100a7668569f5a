import { setImmediate } from 'node:timers/promises';
import type { CountryCode } from 'libphonenumber-js/min';
import { MAXIMUM_SMS_LENGTH } from '../contract/sms.ts';
import {
  type InvalidRecipient,
  MAXIMUM_BATCH_RECIPIENTS,
  type SubmitSmsBatchRequest,
  smsBatchRecipient,
} from '../contract/smsbatch.ts';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import { withoutNulls } from '../contract/validate.ts';
import { csvRecipients } from './csv.ts';
import { NumberSet, normaliseNumber } from './numbers.ts';
import type { Recipient, RecipientLine } from './recipient.ts';
import { countSegments, type SegmentCount } from './segments.ts';
import { fill, placeholdersOf } from './template.ts';

/** What was found out about all recipients together; complete when the last one has been read. */
export interface RecipientSummary {
  total: number;
  duplicates: number;
  invalidCount: number;
  /** The first ones. */
  readonly invalid: InvalidRecipient[];
  encoding: SegmentCount['encoding'];
  segmentsTotal: number;
  segmentsPerMessageMaximum: number;
  /** Byte at which each chunk begins, and where the last one ends. */
  readonly chunkOffsets: number[];
}

const MAXIMUM_LISTED = 100;
const MAXIMUM_VALUE_LENGTH = 64;

export function recipientLines(request: SubmitSmsBatchRequest): Iterable<RecipientLine> | AsyncIterable<RecipientLine> {
  if (request.csv !== undefined) return csvRecipients(request.csv);
  if (request.recipients !== undefined) {
    return listedRecipients('recipients', request.recipients, (it) => (typeof it === 'string' ? it : undefined));
  }
  const numberIn = (it: unknown) => smsBatchRecipient.safeParse(withoutNulls(it)).data?.to;
  return listedRecipients('smsRecipients', request.smsRecipients ?? [], numberIn);
}

/** A line of CSV with a number, and a number in JSON, have at least so many bytes as a rule. */
const LINE_BYTES = 13;

/** About how many recipients a request has; as a rule not fewer than it really has. */
export function expectedRecipients({ recipients, smsRecipients, csv }: SubmitSmsBatchRequest): number {
  const list = recipients ?? smsRecipients;
  if (Array.isArray(list)) return list.length;
  const sizeBytes = list?.sizeBytes ?? csv?.length ?? 0;
  return Math.min(Math.ceil(sizeBytes / LINE_BYTES), MAXIMUM_BATCH_RECIPIENTS);
}

/** @throws SwitchboardError `InvalidRequest` for an element of another shape, which only a long list can have */
function* listedRecipients(
  target: string,
  list: Iterable<unknown>,
  numberIn: (element: unknown) => string | undefined,
): Generator<RecipientLine> {
  let line = 0;
  for (const element of list) {
    const to = numberIn(element);
    if (to === undefined) throw invalid(`${target}[${line}]`, 'is no recipient');
    line += 1;
    yield { line, to };
  }
}

export interface PrepareOptions {
  /** About how many recipients there will be. */
  readonly expected?: number;
  readonly message: string;
  readonly defaultCountry: CountryCode | undefined;
  readonly chunkSize: number;
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
    encoding: 'GSM-7',
    segmentsTotal: 0,
    segmentsPerMessageMaximum: 0,
    chunkOffsets: [],
  };
  readonly #options: PrepareOptions;
  readonly #placeholders: readonly string[];
  readonly #seen: NumberSet;
  /** Of the message that is the same for all. */
  readonly #segments: SegmentCount;
  #bytes = 0;

  constructor(options: PrepareOptions) {
    this.#options = options;
    this.#seen = new NumberSet(options.expected);
    this.#placeholders = placeholdersOf(options.message);
    this.#segments = countSegments(options.message);
  }

  /**
   * @returns the recipient as a line of JSON, or undefined when it is invalid or was there before
   * @throws SwitchboardError `InvalidRequest` when the message cannot be made for it
   */
  accept({ line, to, columns = {} }: RecipientLine): string | undefined {
    const number = normaliseNumber(to, this.#options.defaultCountry);
    if (!number.ok) return this.#refuse({ line, value: to.slice(0, MAXIMUM_VALUE_LENGTH), reason: number.reason });
    if (!this.#seen.add(number.number)) {
      this.summary.duplicates += 1;
      return undefined;
    }
    const text = this.#placeholders.length > 0 ? this.#filled(line, columns) : undefined;
    const recipient: Recipient = text === undefined ? number.number : [number.number, text];
    const json = `${JSON.stringify(recipient)}\n`;
    this.#count(text === undefined ? this.#segments : countSegments(text), json);
    return json;
  }

  /** Closes the account. @throws SwitchboardError `InvalidRequest` when nobody is left to send to */
  finish(): RecipientSummary {
    const { summary } = this;
    if (summary.total === 0) {
      const [first] = summary.invalid;
      const message = first
        ? `holds no valid number; the first is wrong in line ${first.line}: ${first.reason}`
        : 'is empty';
      throw invalid('recipients', message);
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
    if (missing !== undefined) throw invalid('message', `the placeholder {{${missing}}} has no column of that name`);
    const text = fill(this.#options.message, columns);
    const length = text.length <= MAXIMUM_SMS_LENGTH ? 0 : [...text].length; // in code points, as everywhere
    if (length <= MAXIMUM_SMS_LENGTH) return text;
    throw invalid(
      'message',
      `is too long for line ${line}: ${length} characters once filled, ${MAXIMUM_SMS_LENGTH} at most`,
    );
  }

  #count({ encoding, segments }: SegmentCount, json: string): void {
    const { summary } = this;
    if (summary.total % this.#options.chunkSize === 0) summary.chunkOffsets.push(this.#bytes);
    summary.total += 1;
    if (summary.total > MAXIMUM_BATCH_RECIPIENTS)
      throw invalid('recipients', `holds more than ${MAXIMUM_BATCH_RECIPIENTS}`);
    summary.segmentsTotal += segments;
    summary.segmentsPerMessageMaximum = Math.max(summary.segmentsPerMessageMaximum, segments);
    if (encoding === 'UCS-2') summary.encoding = encoding;
    this.#bytes += Buffer.byteLength(json);
  }
}

function invalid(target: string, message: string): SwitchboardError {
  const details = [{ code: 'InvalidField', message, target }];
  return new SwitchboardError('InvalidRequest', `${target}: ${message}`, { target, details });
}

const PIECE_CHARACTERS = 32 * 1024;

/** After so many lines, other work gets its turn: a million lines take seconds. */
const LINES_AT_A_TIME = 500;

/** The kept recipients as pieces of a file; `preparation` knows all about them when the last piece has been read. */
export async function* preparedPieces(
  lines: Iterable<RecipientLine> | AsyncIterable<RecipientLine>,
  preparation: RecipientPreparation,
): AsyncGenerator<string> {
  let text = '';
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (count % LINES_AT_A_TIME === 0) await setImmediate();
    text += preparation.accept(line) ?? '';
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
  preparation.finish();
}
