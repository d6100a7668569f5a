import { OPTED_OUT } from '../contract/sms.ts';
import type { RecipientState, SmsBatchResult } from '../contract/smsBatch.ts';
import type { Batch } from './batch.ts';
import type { BatchEngine } from './engine.ts';
import { type RecipientResult, stateOf } from './ledger/chunk.ts';
import type { Deliveries, Delivery } from './ledger/deliveries.ts';
import { readIndex, readLines } from './recipients/file.ts';
import { numberOf } from './recipients/recipient.ts';

export interface ResultsQuery {
  readonly state: RecipientState | undefined;
  readonly pageSize: number;
  /** Index of the first recipient to look at. */
  readonly from: number;
}

export interface ResultsPage {
  readonly value: SmsBatchResult[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: number | undefined;
}

/** Chunks that are read together, and the most that one page looks through. */
const BLOCK_CHUNKS = 64;
const MAXIMUM_BLOCKS = 16;

/**
 * Recipients with their results, in the order of the submission. A page may be short, or empty, where few recipients are
 * in the state asked for: as long as it has a `next`, there is more to look through.
 */
export async function batchResults(engine: BatchEngine, batch: Batch, query: ResultsQuery): Promise<ResultsPage> {
  const index = await readIndex(engine.storage, batch.id);
  const value: SmsBatchResult[] = [];
  let chunk = Math.floor(query.from / batch.chunkSize);
  const isAskedFor = ({ position, result }: Positioned) =>
    position >= query.from && (query.state === undefined || result.state === query.state);
  for (let block = 0; block < MAXIMUM_BLOCKS && chunk < batch.chunkCount; block += 1) {
    const before = Math.min(chunk + BLOCK_CHUNKS, batch.chunkCount);
    for (const { position, result } of (await readBlock(engine, batch, index, chunk, before)).filter(isAskedFor)) {
      if (value.length === query.pageSize) return { value, next: position };
      value.push(result);
    }
    chunk = before;
  }
  return { value, next: chunk < batch.chunkCount ? chunk * batch.chunkSize : undefined };
}

interface Positioned {
  /** In the whole batch. */
  readonly position: number;
  readonly result: SmsBatchResult;
}

async function readBlock(
  engine: BatchEngine,
  batch: Batch,
  index: readonly number[],
  first: number,
  before: number,
): Promise<Positioned[]> {
  const lists = await readLines(engine.storage, batch.id, index, first, before);
  const results = new Map<number, readonly (RecipientResult | null)[]>();
  for await (const { chunk, state } of engine.ledger.chunks(batch.id, first, before)) results.set(chunk, state.results);
  const reports = new Map<number, Deliveries>();
  for await (const { chunk, deliveries } of engine.ledger.deliveries(batch.id, first, before))
    reports.set(chunk, deliveries);
  return lists.flatMap((recipients, offset) =>
    recipients.map((recipient, inChunk) => {
      const to = numberOf(recipient);
      const result = describe(to, results.get(first + offset)?.[inChunk], batch);
      const delivery = reports.get(first + offset)?.get(to);
      return {
        position: (first + offset) * batch.chunkSize + inChunk,
        result: delivery ? { ...result, delivery: describeDelivery(delivery) } : result,
      };
    }),
  );
}

function describe(to: string, result: RecipientResult | null | undefined, batch: Batch): SmsBatchResult {
  if (result?.[0] === 'accepted') return { to, state: 'accepted', messageId: result[1] };
  if (result?.[0] === 'failed') return { to, state: 'failed', httpStatusCode: result[1], errorMessage: result[2] };
  if (result?.[0] === 'optedOut') return { to, state: 'optedOut', errorMessage: OPTED_OUT };
  const isOff = !result && batch.state === 'canceled';
  return { to, state: isOff ? 'canceled' : stateOf(result) };
}

function describeDelivery([isDelivered, receivedOn, details]: Delivery): SmsBatchResult['delivery'] {
  return { status: isDelivered ? 'Delivered' : 'Failed', details, receivedOn: new Date(receivedOn).toISOString() };
}

const CSV_COLUMNS = [
  ...(['to', 'state', 'messageId', 'httpStatusCode', 'errorMessage'] as const),
  ...(['deliveryStatus', 'deliveryDetails', 'deliveredOn'] as const),
] as const;

/**
 * The page as CSV with a header. Spreadsheets run a cell that begins like a formula, and errors quote what others have
 * written: such a cell gets an apostrophe in front. A phone number stays as it is.
 *
 * @see RFC 4180
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function resultsCsv(results: readonly SmsBatchResult[]): string {
  const rows = results.map(({ delivery: { status, details, receivedOn } = {}, ...result }) => {
    const cells = { ...result, deliveryStatus: status, deliveryDetails: details, deliveredOn: receivedOn };
    return CSV_COLUMNS.map((column) => csvCell(cells[column])).join(',');
  });
  return `${[CSV_COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

const FORMULA = /^(?!\+\d+$)[=+\-@\t\r\n\0\uFF0B\uFF0D\uFF1D\uFF20]/;

function csvCell(value: string | number | undefined): string {
  const text = String(value ?? '').replace(FORMULA, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
