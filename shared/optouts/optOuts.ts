import type { ReceivedSms } from '../contract/acsEvent.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { changeOf, type RowChange, type Table, type Tables } from '../storage/tables.ts';
import { type Consent, consentReader } from './keywords.ts';
import { listOptOuts, type OptOutPage, type OptOutQuery } from './optOutList.ts';
import { type Choice, HEAD_ROW, logRow, numberRow, partitionOf, prevails, SENDERS, toChoice } from './optOutRows.ts';
import { OptOutView } from './optOutView.ts';

const OPT_OUTS_TABLE = 'smsoptouts';

/** Who does not want to hear from which sender any more: by the person's own word, and until they take it back. */
export interface OptOuts {
  /**
   * Takes note of a keyword; answers what it asks for, undefined for any other message. In whatever order keywords come,
   * and however often, the last one that the person has sent counts.
   */
  record(sms: ReceivedSms): Promise<Consent | undefined>;
  /**
   * Those of the numbers (E.164) that have opted out of the sender. Costs at most one call to storage a second for each
   * sender: every process knows of a new opt-out within about a second.
   */
  optedOut(sender: string, numbers: readonly string[]): Promise<ReadonlySet<string>>;
  /** A page of opt-outs, sender by sender and number by number. */
  list(query: OptOutQuery): Promise<OptOutPage>;
}

/** @param keywords with which people opt out, besides the usual ones */
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

/** Numbers and short codes do; nobody can answer an alphanumeric sender ID. */
function receivesReplies(sender: string): boolean {
  return /^\+?\d+$/.test(sender);
}

interface Keyword {
  readonly sender: string;
  readonly number: string;
  readonly choice: Choice;
}

/** @returns undefined when another writer was faster */
async function record(table: Table, keyword: Keyword, now: number): Promise<'recorded' | undefined> {
  const changes = await changesFor(table, keyword, now);
  const isWritten = changes.length === 0 || (await table.transact(partitionOf(keyword.sender), changes)) !== undefined;
  return isWritten ? 'recorded' : undefined;
}

/** Nothing is received in the future: such a time would outlast every later keyword. */
function notLaterThan(now: number, choice: Choice): Choice {
  return { ...choice, changedOn: Math.min(choice.changedOn, now) };
}

/** The rows that a keyword changes: the number's own, and, where it opts out or in, the log that every process follows. */
async function changesFor(table: Table, { sender, number, choice }: Keyword, now: number): Promise<RowChange[]> {
  const partition = partitionOf(sender);
  const [known, head] = await Promise.all([table.get(partition, numberRow(number)), table.get(partition, HEAD_ROW)]);
  if (known && !prevails(choice, notLaterThan(now, toChoice(known.values)))) return [];
  const own = changeOf({ rowKey: numberRow(number), values: { ...choice }, etag: known?.etag });
  const wasOptedOut = known !== undefined && toChoice(known.values).optedOut;
  if (choice.optedOut === wasOptedOut) return [own];
  if (!head) await table.insert(SENDERS, partition, {}); // before the first opt-out, which would not be listed otherwise
  const sequence = Number(head?.values['sequence'] ?? 0) + 1;
  return [
    own,
    { kind: 'insert', rowKey: logRow(sequence), values: { number, optedOut: choice.optedOut } },
    changeOf({ rowKey: HEAD_ROW, values: { sequence }, etag: head?.etag }),
  ];
}
