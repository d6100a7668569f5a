import type { SmsDeliveryReport } from '../../contract/deliveryReport.ts';
import type { RowValues } from '../../storage/tables.ts';
import { NOTHING, shortened, type Tally } from './chunk.ts';

/** What became of a message after ACS had accepted it: 1 for delivered, 0 for failed; when ACS was told; and how. */
export type Delivery = readonly [isDelivered: 1 | 0, receivedOn: number, details: string];

/** Of one chunk, by number. */
export type Deliveries = ReadonlyMap<string, Delivery>;

/** Of one recipient, as JSON, in a column of 32,768 UTF-16 units that holds a hundred. */
const MAXIMUM_DETAILS_LENGTH = 80;

/**
 * Adds reports to what is known; answers that itself where they tell nothing new. In whatever order they come, and however
 * often, the same one counts in the end: a delivery before a failure, then the later one.
 */
export function mergeReports(known: Deliveries, reports: readonly SmsDeliveryReport[]): Deliveries {
  const merged = new Map(known);
  for (const report of reports) {
    const delivery = toDelivery(report);
    const before = merged.get(report.to);
    if (before === undefined || prevails(delivery, before)) merged.set(report.to, delivery);
  }
  const isNew = ([number, delivery]: [string, Delivery]) => known.get(number) !== delivery;
  return [...merged].some(isNew) ? merged : known;
}

function toDelivery({ status, receivedOn, details }: SmsDeliveryReport): Delivery {
  return [status === 'Delivered' ? 1 : 0, receivedOn, shortened(details, MAXIMUM_DETAILS_LENGTH)];
}

function prevails([isDelivered, receivedOn, details]: Delivery, other: Delivery): boolean {
  if (isDelivered !== other[0]) return isDelivered > other[0];
  if (receivedOn !== other[1]) return receivedOn > other[1];
  return details > other[2];
}

export function tallyOfDeliveries(deliveries: Deliveries): Tally {
  const delivered = [...deliveries.values()].filter(([isDelivered]) => isDelivered).length;
  return { ...NOTHING, delivered, undelivered: deliveries.size - delivered };
}

/** Rows sort by the number of the chunk. */
export function deliveriesRowKey(chunk: number): string {
  return `report-${String(chunk).padStart(7, '0')}`;
}

export function chunkOfDeliveriesRow(rowKey: string): number {
  return Number(rowKey.slice('report-'.length));
}

export function deliveriesValues(deliveries: Deliveries): RowValues {
  return { reports: JSON.stringify(Object.fromEntries(deliveries)) };
}

export function toDeliveries(values: RowValues): Deliveries {
  return new Map(Object.entries(JSON.parse(String(values['reports'])) as Record<string, Delivery>));
}
