import { OPTED_OUT } from '../contract/sms.ts';
import type { RecipientState, SmsBatchResult } from '../contract/smsBatch.ts';
import type { Batch } from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { findBatch } from './ledger/batches.ts';
import { type ChunkResults, type RecipientResult, stateOf } from './ledger/chunks.ts';
import type { Deliveries, DeliveryStatus } from './ledger/deliveries.ts';
import { numberOf } from './recipients/recipient.ts';
import { readChunks, readIndex } from './recipients/recipientsFile.ts';

export interface ResultsQuery {
  /** Only recipients in this state. */
  readonly state: RecipientState | undefined;
  readonly pageSize: number;
  /** Index of the first recipient to consider. */
  readonly from: number;
}

export interface ResultsPage {
  readonly value: SmsBatchResult[];
  /** The `from` of the next page; undefined on the last page. */
  readonly next: number | undefined;
}

/** Recipients that are read together, in whole chunks, and the most blocks that one page looks through. */
const BLOCK_RECIPIENTS = 6000;
const MAXIMUM_BLOCKS = 16;

/**
 * Lists a client's recipients and results of a batch.
 *
 * @throws SwitchboardError `NotFound`; `Expired` when the recipients have been deleted
 */
export async function listBatchResults(
  context: BatchContext,
  client: string,
  id: string,
  query: ResultsQuery,
): Promise<ResultsPage> {
  return batchResults(context, await findBatch(context, client, id), query);
}

/**
 * Lists recipients with their results, in the order of the submission. When few recipients are in the requested state, a
 * page may be short or even empty although more pages follow.
 *
 * @throws SwitchboardError `Expired` when the recipients have been deleted
 */
export async function batchResults(context: BatchContext, batch: Batch, query: ResultsQuery): Promise<ResultsPage> {
  const index = await readIndex(context.storage, batch.id);
  const value: SmsBatchResult[] = [];
  let chunk = Math.floor(query.from / batch.chunkSize);
  const blockChunks = Math.ceil(BLOCK_RECIPIENTS / batch.chunkSize);
  const isRequested = ({ position, result }: PositionedResult) =>
    position >= query.from && (query.state === undefined || result.state === query.state);
  for (let block = 0; block < MAXIMUM_BLOCKS && chunk < batch.chunkCount; block += 1) {
    const before = Math.min(chunk + blockChunks, batch.chunkCount);
    for (const { position, result } of (await readBlock(context, batch, index, chunk, before)).filter(isRequested)) {
      if (value.length === query.pageSize) return { value, next: position };
      value.push(result);
    }
    chunk = before;
  }
  return { value, next: chunk < batch.chunkCount ? chunk * batch.chunkSize : undefined };
}

interface PositionedResult {
  /** Index in the whole batch. */
  readonly position: number;
  readonly result: SmsBatchResult;
}

async function readBlock(
  { storage, ledger }: BatchContext,
  batch: Batch,
  index: readonly number[],
  first: number,
  before: number,
): Promise<PositionedResult[]> {
  const chunks = await readChunks(storage, batch.id, index, first, before);
  const results = new Map<number, ChunkResults>();
  for await (const { chunk, state } of ledger.chunks(batch.id, first, before)) results.set(chunk, state.results);
  const reports = new Map<number, Deliveries>();
  for await (const { chunk, deliveries } of ledger.deliveries(batch.id, first, before)) reports.set(chunk, deliveries);
  return chunks.flatMap((recipients, offset) =>
    recipients.map((recipient, indexInChunk) => {
      const to = numberOf(recipient);
      const result = describeResult(to, results.get(first + offset)?.[indexInChunk], batch);
      const status = reports.get(first + offset)?.get(to);
      return {
        position: (first + offset) * batch.chunkSize + indexInChunk,
        result: status ? { ...result, delivery: describeDelivery(status) } : result,
      };
    }),
  );
}

function describeResult(to: string, result: RecipientResult | null | undefined, batch: Batch): SmsBatchResult {
  if (result?.[0] === 'accepted') return { to, state: 'accepted', messageId: result[1] };
  if (result?.[0] === 'failed') return { to, state: 'failed', httpStatusCode: result[1], errorMessage: result[2] };
  if (result?.[0] === 'optedOut') return { to, state: 'optedOut', errorMessage: OPTED_OUT };
  const isCanceled = !result && batch.state === 'canceled';
  return { to, state: isCanceled ? 'canceled' : stateOf(result) };
}

function describeDelivery([isDelivered, receivedOn, details]: DeliveryStatus): SmsBatchResult['delivery'] {
  return { status: isDelivered ? 'Delivered' : 'Failed', details, receivedOn: new Date(receivedOn).toISOString() };
}

const CSV_COLUMNS = [
  ...(['to', 'state', 'messageId', 'httpStatusCode', 'errorMessage'] as const),
  ...(['deliveryStatus', 'deliveryDetails', 'deliveredOn'] as const),
] as const;

/**
 * Formats results as CSV with a header. Spreadsheets run cells that begin like a formula, and error messages quote text
 * from outside: such cells are prefixed with an apostrophe. Phone numbers stay as they are, which is why csv-stringify's
 * `escape_formulas` is not used: it would also change `+14255550100`.
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
