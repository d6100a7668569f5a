import type { SmsDeliveryReport } from '../../contract/acsEvent.ts';
import { numberedKeys } from '../../storage/rowKeys.ts';
import { changeOf, fromColumns, type Row, type RowValues, type Table, toColumns } from '../../storage/tables.ts';
import { shortened } from './chunks.ts';
import { type Counters, NOTHING, type Tally } from './counters.ts';

/** Final status of an accepted message by its delivery report: whether and when it was delivered, and the details. */
export type DeliveryStatus = readonly [isDelivered: 1 | 0, receivedOn: number, details: string];

/** Delivery statuses of one chunk, by phone number. */
export type Deliveries = ReadonlyMap<string, DeliveryStatus>;

export interface StoredDeliveries {
  readonly chunk: number;
  readonly deliveries: Deliveries;
  /** Undefined while there is no row. */
  readonly etag: string | undefined;
}

/** Per recipient, in JSON. A row holds 1 MiB of UTF-16, and a chunk up to 1,000 recipients. */
const MAXIMUM_DETAILS_LENGTH = 80;

/**
 * Merges reports into the known statuses. The result does not depend on the order or number of the reports: a delivery
 * prevails over a failure, then the later report over the earlier one.
 *
 * @returns `known` itself when the reports add nothing
 */
export function mergeReports(known: Deliveries, reports: readonly SmsDeliveryReport[]): Deliveries {
  const merged = new Map(known);
  for (const report of reports) {
    const status = statusOf(report);
    const before = merged.get(report.to);
    if (before === undefined || prevails(status, before)) merged.set(report.to, status);
  }
  const isNew = ([number, status]: [string, DeliveryStatus]) => known.get(number) !== status;
  return [...merged].some(isNew) ? merged : known;
}

function statusOf({ status, receivedOn, details }: SmsDeliveryReport): DeliveryStatus {
  return [status === 'Delivered' ? 1 : 0, receivedOn, shortened(details, MAXIMUM_DETAILS_LENGTH)];
}

function prevails([isDelivered, receivedOn, details]: DeliveryStatus, other: DeliveryStatus): boolean {
  if (isDelivered !== other[0]) return isDelivered > other[0];
  if (receivedOn !== other[1]) return receivedOn > other[1];
  return details > other[2];
}

export function tallyOfDeliveries(deliveries: Deliveries): Tally {
  const delivered = [...deliveries.values()].filter(([isDelivered]) => isDelivered).length;
  return { ...NOTHING, delivered, undelivered: deliveries.size - delivered };
}

const { keyOf, numberOf } = numberedKeys('report', 7);

/** The rows of delivery statuses, one for each chunk, because reports may arrive before the chunk's results. */
export function createDeliveryRows(table: Table, counters: Counters) {
  return {
    getDeliveries: async (batchId: string, chunk: number): Promise<StoredDeliveries> => {
      const row = await table.get(batchId, keyOf(chunk));
      return row ? toStoredDeliveries(row) : { chunk, deliveries: new Map(), etag: undefined };
    },

    /** Writes a row and changes the counters in one transaction; false when another writer has changed the row. */
    settleDeliveries: async (
      batchId: string,
      { chunk, etag }: StoredDeliveries,
      deliveries: Deliveries,
      change: Tally,
    ): Promise<boolean> => {
      const row = changeOf({ rowKey: keyOf(chunk), values: deliveriesValues(deliveries), etag });
      return (await counters.settle(batchId, row, change)) !== undefined;
    },

    /** The chunks with reports from number `from` up to but not including `before`, in order. */
    deliveries: async function* (batchId: string, from: number, before: number): AsyncGenerator<StoredDeliveries> {
      const range = { from: keyOf(from), before: keyOf(before) };
      for await (const row of table.list(batchId, range)) yield toStoredDeliveries(row);
    },
  };
}

export function deliveriesValues(deliveries: Deliveries): RowValues {
  return toColumns('reports', JSON.stringify(Object.fromEntries(deliveries)));
}

export function toDeliveries(values: RowValues): Deliveries {
  return new Map(Object.entries(JSON.parse(fromColumns('reports', values)) as Record<string, DeliveryStatus>));
}

function toStoredDeliveries({ rowKey, values, etag }: Row): StoredDeliveries {
  return { chunk: numberOf(rowKey), deliveries: toDeliveries(values), etag };
}
