import { RecentReads } from '../storage/recentreads.ts';
import type { Table } from '../storage/tables.ts';
import { logRow, partitionOf, sequenceOf } from './optoutrows.ts';

/** Who has opted out of one sender, as far as its log was read. */
interface View {
  readonly numbers: Set<string>;
  sequence: number;
}

/** The opt-outs of each sender in this process's memory; what is new is read from the sender's log, once in a while. */
export class OptOutView {
  readonly #table: Table;
  readonly #views = new Map<string, View>();
  readonly #recent: RecentReads<ReadonlySet<string>>;
  readonly #reading = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#recent = new RecentReads(now);
  }

  /** The numbers as they stand, or stood within the last second. */
  numbers(sender: string): Promise<ReadonlySet<string>> {
    return this.#recent.get(sender, () => this.#readTogether(sender));
  }

  /** Somebody in this process has written: whoever asks next reads that. */
  forget(sender: string): void {
    this.#recent.forget(sender);
  }

  /** Many ask at once when a process begins; one reads for all of them. */
  #readTogether(sender: string): Promise<ReadonlySet<string>> {
    const reading = this.#reading.get(sender) ?? this.#read(sender).finally(() => void this.#reading.delete(sender));
    this.#reading.set(sender, reading);
    return reading;
  }

  async #read(sender: string): Promise<ReadonlySet<string>> {
    const view = this.#views.get(sender) ?? { numbers: new Set<string>(), sequence: 0 };
    const range = { from: logRow(view.sequence + 1), before: 'log.' };
    for await (const { rowKey, values } of this.#table.list(partitionOf(sender), range)) {
      const number = String(values['number']);
      if (values['optedOut']) view.numbers.add(number);
      else view.numbers.delete(number);
      view.sequence = sequenceOf(rowKey);
      this.#views.set(sender, view);
    }
    return view.numbers;
  }
}
