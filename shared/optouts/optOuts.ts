import type { ReceivedSms } from '../contract/acsEvent.ts';
import { keywordOf, OPT_IN_KEYWORDS } from '../contract/smsOptOuts.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { RecentReads } from '../storage/recentReads.ts';
import { changeOf, type Row, type RowChange, type Table, type Tables } from '../storage/tables.ts';
import {
  type Choice,
  HEAD_ROW,
  listOptOuts,
  logRow,
  numberRow,
  OPT_OUTS_TABLE,
  type OptOutPage,
  type OptOutQuery,
  partitionOf,
  prevails,
  SENDERS,
  sequenceOf,
  toChoice,
} from './optOutTable.ts';

export type Consent = 'optedOut' | 'optedIn';

/**
 * The usual keywords, and the words that revoke consent by law in the United States.
 *
 * @see https://learn.microsoft.com/azure/communication-services/concepts/sms/sms-faq
 * @see https://www.ecfr.gov/current/title-47/section-64.1200 47 CFR 64.1200(a)(10)
 */
const OPT_OUT_KEYWORDS = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'];

/** Returns what a message asks for; undefined unless the whole message is a keyword. */
export type ReadConsent = (message: string) => Consent | undefined;

/** @param moreOptOuts keywords besides the usual ones, in any spelling */
export function consentReader(moreOptOuts: readonly string[]): ReadConsent {
  const optOuts = new Set([...OPT_OUT_KEYWORDS, ...moreOptOuts].map(keywordOf));
  const optIns = new Set<string>(OPT_IN_KEYWORDS);
  return (message) => {
    const keyword = keywordOf(message);
    if (optIns.has(keyword)) return 'optedIn';
    return optOuts.has(keyword) ? 'optedOut' : undefined;
  };
}

/** The numbers that have opted out of a sender by their own message, until they opt in again. */
export interface OptOuts {
  /**
   * Records a keyword. The last keyword that a number has sent counts, in whatever order and however often they arrive.
   *
   * @returns what the message asks for; undefined if it is not a keyword
   */
  record(sms: ReceivedSms): Promise<Consent | undefined>;
  /**
   * Returns those of the numbers (E.164) that have opted out of the sender. Reads storage at most once a second for each
   * sender, so every process learns of a new opt-out within about a second.
   */
  optedOut(sender: string, numbers: readonly string[]): Promise<ReadonlySet<string>>;
  /** Returns a page of opt-outs, sorted by sender and number. */
  list(query: OptOutQuery): Promise<OptOutPage>;
}

/** @param keywords opt-out keywords besides the usual ones */
export function createOptOuts(tables: Tables, now: () => number, keywords: readonly string[] = []): OptOuts {
  const consentOf = consentReader(keywords);
  const table = tables.table(OPT_OUTS_TABLE);
  const view = new OptOutView(table, now);
  return {
    record: async ({ from: number, to: sender, message, receivedOn }) => {
      const consent = consentOf(message);
      if (consent === undefined) return undefined;
      const choice = notLaterThan(now(), { optedOut: consent === 'optedOut', changedOn: receivedOn });
      await retryConflicts(tables, () => record(table, { sender, number, choice }, now()));
      view.forget(sender);
      return consent;
    },
    optedOut: async (sender, numbers) => {
      if (!receivesReplies(sender)) return NO_NUMBERS;
      const all = await view.numbers(sender);
      return all.size === 0 ? NO_NUMBERS : new Set(numbers.filter((number) => all.has(number)));
    },
    list: (query) => listOptOuts(table, query),
  };
}

const NO_NUMBERS: ReadonlySet<string> = new Set();

/** Numbers and short codes receive replies; alphanumeric sender IDs do not. */
function receivesReplies(sender: string): boolean {
  return /^\+?\d+$/.test(sender);
}

interface Keyword {
  readonly sender: string;
  readonly number: string;
  readonly choice: Choice;
}

/** @returns undefined if another writer was faster */
async function record(table: Table, keyword: Keyword, now: number): Promise<'recorded' | undefined> {
  const changes = await changesFor(table, keyword, now);
  const isWritten = changes.length === 0 || (await table.transact(partitionOf(keyword.sender), changes)) !== undefined;
  return isWritten ? 'recorded' : undefined;
}

/** Clamps a time in the future, which would otherwise prevail over every later keyword. */
function notLaterThan(now: number, choice: Choice): Choice {
  return { ...choice, changedOn: Math.min(choice.changedOn, now) };
}

/** The rows that a keyword changes: that of the number, and, if it opts out or in, the log that every process reads. */
async function changesFor(table: Table, { sender, number, choice }: Keyword, now: number): Promise<RowChange[]> {
  const partition = partitionOf(sender);
  const [known, head] = await Promise.all([table.get(partition, numberRow(number)), table.get(partition, HEAD_ROW)]);
  if (known && !prevails(choice, notLaterThan(now, toChoice(known.values)))) return [];
  const own = changeOf({ rowKey: numberRow(number), values: { ...choice }, etag: known?.etag });
  const wasOptedOut = known !== undefined && toChoice(known.values).optedOut;
  if (choice.optedOut === wasOptedOut) return [own];
  if (!head) await table.insert(SENDERS, partition, {}); // before the first opt-out, so that no opt-out is missing from the list
  const sequence = Number(head?.values['sequence'] ?? 0) + 1;
  return [
    own,
    { kind: 'insert', rowKey: logRow(sequence), values: { number, optedOut: choice.optedOut } },
    changeOf({ rowKey: HEAD_ROW, values: { sequence }, etag: head?.etag }),
  ];
}

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
