import { randomUUID } from 'node:crypto';
import type { SmsBatchCounts } from '../../contract/smsBatch.ts';
import { changeOf, type RowChange, type RowValues, type Table } from '../../storage/tables.ts';
import { recipientsCounted } from '../../telemetry/measures.ts';
import type { Batch } from '../batch.ts';

/** Results of recipients and, of accepted messages, what delivery reports say. */
const COUNTERS = ['accepted', 'failed', 'inDoubt', 'optedOut', 'delivered', 'undelivered'] as const;

/** Counters of a batch, or the change of counters. */
export type Tally = Readonly<Record<(typeof COUNTERS)[number], number>>;

export const NOTHING: Tally = tallyWith(() => 0);

export function addTally(one: Tally, other: Tally): Tally {
  return tallyWith((counter) => one[counter] + other[counter]);
}

export function subtractTally(one: Tally, other: Tally): Tally {
  return tallyWith((counter) => one[counter] - other[counter]);
}

/** Rows of older versions lack newer counters. */
function toTally(values: RowValues): Tally {
  return tallyWith((counter) => Number(values[counter] ?? 0));
}

function tallyWith(count: (counter: keyof Tally) => number): Tally {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, count(counter)])) as Tally;
}

/** The counts of a batch as its client sees them. */
export function countsOf(batch: Pick<Batch, 'state' | 'total'>, tally: Tally): SmsBatchCounts {
  const open = batch.total - tally.accepted - tally.failed - tally.inDoubt - tally.optedOut;
  const isCanceled = batch.state === 'canceled';
  return {
    total: batch.total,
    pending: isCanceled ? 0 : open,
    accepted: tally.accepted,
    failed: tally.failed,
    inDoubt: tally.inDoubt,
    optedOut: tally.optedOut,
    canceled: isCanceled ? open : 0,
    delivered: tally.delivered,
    undelivered: tally.undelivered,
  };
}

/** A counter row. Each belongs to one process and is used by one transaction at a time, which avoids ETag conflicts. */
interface Shard {
  readonly rowKey: string;
  readonly etag: string | undefined;
  readonly tally: Tally;
}

/** Batches whose idle counter rows are remembered. */
const REMEMBERED_BATCHES = 64;

/** The counters of batches. They change in one transaction with the rows that they count. */
export class Counters {
  readonly #table: Table;
  readonly #process = randomUUID().slice(0, 8);
  readonly #idle = new Map<string, Shard[]>();
  #created = 0;

  constructor(table: Table) {
    this.#table = table;
  }

  async tally(batchId: string): Promise<Tally> {
    let sum = NOTHING;
    for await (const { values } of this.#table.list(batchId, { from: 'count-', before: 'count.' })) {
      sum = addTally(sum, toTally(values));
    }
    return sum;
  }

  /**
   * Changes a row and adds to the counters in one transaction.
   *
   * @returns the row's new etag; undefined when another writer has changed the row
   */
  async settle(batchId: string, counted: RowChange, change: Tally): Promise<string | undefined> {
    const shard = this.#take(batchId);
    const { rowKey, etag } = shard;
    const tally = addTally(shard.tally, change);
    const shardChange = changeOf({ rowKey, values: { ...tally }, etag });
    // If this throws, the content of the counter row is unknown, and the row is never used again.
    const etags = await this.#table.transact(batchId, [counted, shardChange]);
    if (!etags) {
      await this.#reuseIfUnchanged(batchId, shard);
      return undefined;
    }
    recipientsCounted(change);
    this.#putBack(batchId, { rowKey, etag: etags[1], tally });
    return etags[0];
  }

  /** A conflict is usually about the counted row. Without this, each conflict would leave a counter row behind. */
  async #reuseIfUnchanged(batchId: string, shard: Shard): Promise<void> {
    if (shard.etag === undefined) return;
    const row = await this.#table.get(batchId, shard.rowKey);
    if (row?.etag === shard.etag) this.#putBack(batchId, shard);
  }

  #take(batchId: string): Shard {
    const shard = this.#idle.get(batchId)?.pop();
    if (shard) return shard;
    this.#created += 1;
    return { rowKey: `count-${this.#process}-${this.#created}`, etag: undefined, tally: NOTHING };
  }

  #putBack(batchId: string, shard: Shard): void {
    const idle = this.#idle.get(batchId) ?? [];
    this.#idle.delete(batchId);
    this.#idle.set(batchId, [...idle, shard]); // last in order of use
    const [oldest] = this.#idle.keys();
    if (this.#idle.size > REMEMBERED_BATCHES && oldest !== undefined) this.#idle.delete(oldest);
  }
}
