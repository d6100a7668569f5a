import { RecentReads } from '../storage/recentReads.ts';
import type { Row, Table } from '../storage/tables.ts';
import { logRow, partitionOf, sequenceOf } from './optOutTable.ts';

/** The numbers that have opted out of one sender, as of the last log row read. */
interface View {
  readonly numbers: Set<string>;
  sequence: number;
}

/** The opt-outs of each sender in this process's memory, updated by reading new rows of the sender's log. */
export class OptOutView {
  readonly #table: Table;
  readonly #views = new Map<string, View>();
  readonly #recent: RecentReads<ReadonlySet<string>>;
  readonly #reading = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#recent = new RecentReads(now);
  }

  /** The numbers that have opted out, at most one second old. */
  numbers(sender: string): Promise<ReadonlySet<string>> {
    return this.#recent.get(sender, () => this.#readTogether(sender));
  }

  /** Called after this process has written to the sender's log: later callers wait for a read that starts after this. */
  forget(sender: string): void {
    this.#recent.forget(sender);
    this.#reading.delete(sender);
  }

  /** Concurrent callers share one read, for example when a process starts. */
  #readTogether(sender: string): Promise<ReadonlySet<string>> {
    const current = this.#reading.get(sender);
    if (current !== undefined) return current;
    const reading = this.#read(sender).finally(() => {
      if (this.#reading.get(sender) === reading) this.#reading.delete(sender);
    });
    this.#reading.set(sender, reading);
    return reading;
  }

  async #read(sender: string): Promise<ReadonlySet<string>> {
    const known = this.#views.get(sender)?.sequence ?? 0;
    for await (const row of this.#table.list(partitionOf(sender), { from: logRow(known + 1), before: 'log.' })) {
      this.#apply(sender, row);
    }
    return this.#views.get(sender)?.numbers ?? NO_NUMBERS;
  }

  #apply(sender: string, { rowKey, values }: Row): void {
    const view = this.#views.get(sender) ?? { numbers: new Set<string>(), sequence: 0 };
    this.#views.set(sender, view); // only once there is a row, because callers may name any sender
    const sequence = sequenceOf(rowKey);
    if (sequence <= view.sequence) return; // a read that started later has finished earlier
    const number = String(values['number']);
    if (values['optedOut']) view.numbers.add(number);
    else view.numbers.delete(number);
    view.sequence = sequence;
  }
}

const NO_NUMBERS: ReadonlySet<string> = new Set();
