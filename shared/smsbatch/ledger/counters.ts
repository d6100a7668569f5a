import { randomUUID } from 'node:crypto';
import { changeOf, type RowChange, type Table } from '../../storage/tables.ts';
import { recipientsCounted } from '../../telemetry/measures.ts';
import { addTally, NOTHING, type Tally, toTally } from './chunk.ts';

/** Counter rows are this process's own, and each is used by one transaction at a time: nobody waits for an ETag. */
interface Shard {
  readonly rowKey: string;
  readonly etag: string | undefined;
  readonly tally: Tally;
}

/** Batches whose idle counter rows are remembered. */
const REMEMBERED_BATCHES = 64;

/** The counters of batches, which change together with what they count or not at all. */
export class Counters {
  readonly #table: Table;
  readonly #process = randomUUID().slice(0, 8);
  readonly #idle = new Map<string, Shard[]>();
  #made = 0;

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
   * Changes a row and adds to the counters in one transaction; answers the row's new etag, or undefined when somebody
   * else has written it since.
   */
  async settle(batchId: string, counted: RowChange, change: Tally): Promise<string | undefined> {
    const shard = this.#take(batchId);
    const { rowKey, etag } = shard;
    const tally = addTally(shard.tally, change);
    const shardChange = changeOf({ rowKey, values: { ...tally }, etag });
    // When this fails with an error, nobody knows what the counter row holds now: it is never used again.
    const etags = await this.#table.transact(batchId, [counted, shardChange]);
    if (!etags) {
      await this.#recover(batchId, shard);
      return undefined;
    }
    recipientsCounted(change);
    this.#putBack(batchId, { rowKey, etag: etags[1], tally });
    return etags[0];
  }

  /** Whoever was overtaken has mostly left the counter row as it was; else it would leave one behind each time. */
  async #recover(batchId: string, shard: Shard): Promise<void> {
    if (shard.etag === undefined) return;
    const row = await this.#table.get(batchId, shard.rowKey);
    if (row?.etag === shard.etag) this.#putBack(batchId, shard);
  }

  #take(batchId: string): Shard {
    const shard = this.#idle.get(batchId)?.pop();
    if (shard) return shard;
    this.#made += 1;
    return { rowKey: `count-${this.#process}-${this.#made}`, etag: undefined, tally: NOTHING };
  }

  #putBack(batchId: string, shard: Shard): void {
    const idle = this.#idle.get(batchId) ?? [];
    this.#idle.delete(batchId);
    this.#idle.set(batchId, [...idle, shard]); // last in order of use
    const [oldest] = this.#idle.keys();
    if (this.#idle.size > REMEMBERED_BATCHES && oldest !== undefined) this.#idle.delete(oldest);
  }
}
