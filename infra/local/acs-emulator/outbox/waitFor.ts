import type { Item, ItemSummary } from '../inspection/items.ts';
import type { Change } from './changeLog.ts';
import type { Outbox } from './outbox.ts';
import { type ItemFilter, type Selection, select } from './search.ts';

export interface WaitOptions {
  readonly timeoutMilliseconds: number;
  /** Only items of a later sequence; default 0: all. */
  readonly after?: number | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** No item matched in time. The message says what did arrive. */
export class NotReceivedError extends Error {
  override readonly name = 'NotReceivedError';
}

/**
 * Returns the newest matching item: at once, or as soon as an item arrives or changes so that it matches.
 *
 * @throws NotReceivedError after the time
 * @throws the reason of the signal, or an error if the outbox is closed
 */
export async function waitFor(outbox: Outbox, filter: ItemFilter, options: WaitOptions): Promise<Item> {
  const { timeoutMilliseconds, after = 0 } = options;
  const signal = options.signal ? AbortSignal.any([options.signal, outbox.closed]) : outbox.closed;
  signal.throwIfAborted();
  const known = outbox.latest(filter, after);
  if (known) return known;
  const undo: (() => void)[] = [];
  const arrival = new Promise<Item>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    const timer = setTimeout(() => reject(notReceived(outbox, filter, options)), timeoutMilliseconds);
    signal.addEventListener('abort', onAbort);
    undo.push(
      outbox.subscribe(matchChanges(outbox, filter, after, resolve)),
      () => clearTimeout(timer),
      () => signal.removeEventListener('abort', onAbort),
    );
  });
  return arrival.finally(() => {
    for (const step of undo) step();
  });
}

/** Returns a listener that reports the newest of the changed items that match. */
function matchChanges(outbox: Outbox, filter: ItemFilter, after: number, onMatch: (item: Item) => void): () => void {
  const selection = select(filter);
  let seen = outbox.revision;
  return () => {
    const changes = outbox.changesSince(seen, Number.POSITIVE_INFINITY);
    seen = outbox.revision;
    const item = changes ? newestOf(outbox, changes, after, selection) : outbox.latest(filter, after);
    if (item) onMatch(item);
  };
}

function newestOf(outbox: Outbox, changes: readonly Change[], after: number, selection: Selection): Item | undefined {
  const [newest] = changes
    .flatMap((change) => (change.type === 'item' && change.entry.sequence > after ? [change.entry] : []))
    .filter((entry) => outbox.isMatch(entry, selection))
    .sort((one, other) => other.sequence - one.sequence);
  return newest && outbox.item(newest.channel, newest.id);
}

/** Number of other items that the message of an error names. */
const NAMED = 5;

function notReceived(outbox: Outbox, filter: ItemFilter, { timeoutMilliseconds, after = 0 }: WaitOptions): Error {
  const conditions = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`));
  const wanted = `Nothing matched ${conditions.join(', ') || 'the call'} within ${timeoutMilliseconds / 1000} s.`;
  const { channel } = filter;
  const arrived = outbox.items({ channel }, NAMED).value.filter(({ sequence }) => sequence > after);
  const since = after > 0 ? ` after ${after}` : '';
  if (arrived.length === 0) return new NotReceivedError(`${wanted} Nothing else arrived${since}, either.`);
  return new NotReceivedError(`${wanted} The newest items${since} are: ${arrived.map(describe).join('; ')}.`);
}

const PREVIEW_CHARACTERS = 60;

function describe({ channel, from, to, subject, preview, status }: ItemSummary): string {
  const text = (subject || preview).slice(0, PREVIEW_CHARACTERS);
  return `${channel} from ${from || '-'} to ${to.join(', ') || '-'} (${status}): ${JSON.stringify(text)}`;
}
