import type { ReceivedSms } from '../contract/acsEvent.ts';
import { CLOCK_SKEW_MILLISECONDS } from '../contract/sendWindow.ts';
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
  senderKey,
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

/** ETags of the rows of numbers. Numbers without a row are absent. */
export type Recorded = ReadonlyMap<string, string>;

/** The numbers that have opted out of a sender, by their own message or through the API, until they opt in again. */
export interface OptOuts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /**
   * Records a keyword. The last keyword that a number has sent counts, in whatever order and however often they arrive.
   *
   * @returns what the message asks for; undefined if it is not a keyword
   */
  record(sms: ReceivedSms): Promise<Consent | undefined>;
  /** Reads what is recorded of numbers (E.164), before ACS is asked for a choice that is to replace it. */
  recorded(sender: string, numbers: readonly string[]): Promise<Recorded>;
  /**
   * Records a choice that ACS has for numbers (E.164). As with keywords, the last choice of a number counts.
   *
   * @param replaced what the choice replaces. Choices that are recorded afterwards prevail if they were made later or at
   * about the same time: ACS's clock may be behind
   */
  set(sender: string, numbers: readonly string[], choice: Choice, replaced?: Recorded): Promise<void>;
  /**
   * Returns which of the numbers (E.164) have opted out of the sender. It may be of any kind: opt-outs can be added for
   * sender IDs, too. Reads storage at most once a second for each sender, so every process learns of a new opt-out within
   * about a second.
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
  const set: OptOuts['set'] = async (sender, numbers, choice, replaced) => {
    const unique = [...new Set(numbers)];
    for (let start = 0; start < unique.length; start += NUMBERS_PER_TRANSACTION) {
      const some = unique.slice(start, start + NUMBERS_PER_TRANSACTION);
      const decision = { sender, numbers: some, choice: notLaterThan(now(), choice), replaced };
      await retryConflicts(tables, () => write(table, decision, now()));
    }
    view.forget(senderKey(sender));
  };
  return {
    now,
    set,
    recorded: async (sender, numbers) => {
      const partition = partitionOf(sender);
      const unique = [...new Set(numbers)];
      const rows = await Promise.all(unique.map((number) => table.get(partition, numberRow(number))));
      return new Map(unique.flatMap((number, index) => (rows[index] ? [[number, rows[index].etag]] : [])));
    },
    record: async ({ from, to, message, receivedOn }) => {
      const consent = consentOf(message);
      if (consent === undefined) return undefined;
      await set(to, [from], { optedOut: consent === 'optedOut', changedOn: receivedOn });
      return consent;
    },
    optedOut: async (sender, numbers) => {
      const all = await view.numbers(senderKey(sender));
      return all.size === 0 ? NO_NUMBERS : new Set(numbers.filter((number) => all.has(number)));
    },
    list: (query) => listOptOuts(table, query),
  };
}

const NO_NUMBERS: ReadonlySet<string> = new Set();

/** Each has two rows; a transaction has at most 100, one of which is the head of the log. */
const NUMBERS_PER_TRANSACTION = 49;

interface Decision {
  readonly sender: string;
  readonly numbers: readonly string[];
  readonly choice: Choice;
  readonly replaced: Recorded | undefined;
}

/** @returns undefined if another writer was faster */
async function write(table: Table, decision: Decision, now: number): Promise<'written' | undefined> {
  const changes = await changesFor(table, decision, now);
  const isWritten = changes.length === 0 || (await table.transact(partitionOf(decision.sender), changes)) !== undefined;
  return isWritten ? 'written' : undefined;
}

/** Clamps a time in the future, which would otherwise prevail over every later keyword. */
function notLaterThan(now: number, choice: Choice): Choice {
  return { ...choice, changedOn: Math.min(choice.changedOn, now) };
}

/** Whether an opt-out was made at about the time of a known one, and is not that one. */
function isRepetition(choice: Choice, known: Choice): boolean {
  const difference = known.changedOn - choice.changedOn;
  return choice.optedOut && known.optedOut && difference > 0 && difference <= CLOCK_SKEW_MILLISECONDS;
}

/** The rows that a choice changes: those of the numbers, and, if any opts out or in, the log that every process reads. */
async function changesFor(table: Table, decision: Decision, now: number): Promise<RowChange[]> {
  const { sender, numbers } = decision;
  const partition = partitionOf(sender);
  const reads = [HEAD_ROW, ...numbers.map(numberRow)].map((rowKey) => table.get(partition, rowKey));
  const [head, ...rows] = await Promise.all(reads);
  const first = Number(head?.values['sequence'] ?? 0);
  let sequence = first;
  const changes: RowChange[] = [];
  for (const [index, number] of numbers.entries()) {
    const known = rows[index];
    const choice = choiceAfter(decision, number, known, now);
    if (choice === undefined) continue;
    changes.push(changeOf({ rowKey: numberRow(number), values: { ...choice }, etag: known?.etag }));
    const wasOptedOut = known !== undefined && toChoice(known.values).optedOut;
    if (choice.optedOut === wasOptedOut) continue;
    sequence += 1;
    changes.push({ kind: 'insert', rowKey: logRow(sequence), values: { number, optedOut: choice.optedOut } });
  }
  if (sequence === first) return changes;
  if (!head) await table.insert(SENDERS, partition, {}); // before the first opt-out, so that no opt-out is missing from the list
  return [...changes, changeOf({ rowKey: HEAD_ROW, values: { sequence }, etag: head?.etag })];
}

/** What is to be recorded of a number; undefined if its row does not change. */
function choiceAfter(
  { choice, replaced }: Decision,
  number: string,
  known: Row | undefined,
  now: number,
): Choice | undefined {
  const own = { ...choice, changedOn: choice.changedOn - (replaced ? CLOCK_SKEW_MILLISECONDS : 0) };
  if (!known || replaced?.get(number) === known.etag) return own;
  const last = notLaterThan(now, toChoice(known.values));
  if (prevails(own, last)) return own;
  // A removal in progress must not replace a repeated opt-out, which may be later than it seems: the row changes.
  return isRepetition(own, last) ? last : undefined;
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
