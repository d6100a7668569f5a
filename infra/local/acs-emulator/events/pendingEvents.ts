import type { SmsReceived } from '../sms/smsStore.ts';
import {
  type AcsEvent,
  countEvents,
  createEvent,
  type EventSource,
  messageOf,
  type SetDeliveries,
  sourceId,
} from './eventSource.ts';

export type EventOrder = 'oldestFirst' | 'newestFirst';

/** All events of a source have been sent. */
export interface EventsSent {
  readonly store: 'events';
  readonly type: 'sent';
  readonly source: string;
}

export type EventsEvent = SmsReceived | EventsSent;

interface PendingSource {
  readonly id: string;
  readonly source: EventSource;
  readonly dueAt: number;
  readonly count: number;
  /** Number of its events handed out for sending. */
  taken: number;
  /** How many of them were its last ones. */
  takenLast: number;
  sent: number;
  /** Indexes of the events that are not sent because their message was removed. */
  readonly withdrawn: Set<number>;
}

/** A change of which events are still to be sent. */
export interface RestoredSource {
  readonly source: EventSource;
  /** The removed messages about which none is sent. */
  readonly removed: readonly string[];
}

/** One event handed out for sending. */
export interface TakenEvent {
  readonly pending: PendingSource;
  readonly index: number;
  readonly event: AcsEvent;
}

/** Events still to be sent. They are derived from stored changes, so the journal restores them after a restart. */
export class PendingEvents {
  readonly #deliveries: SetDeliveries;
  #sources = new Map<string, PendingSource>();
  #queue = new DueQueue<PendingSource>();
  /** Events that could not be sent. */
  #failed: TakenEvent[] = [];
  #pending = 0;
  #sent = 0;

  constructor(deliveries: SetDeliveries) {
    this.#deliveries = deliveries;
  }

  /** Number of events still to be sent, including those being sent. */
  get pending(): number {
    return this.#pending;
  }

  /** Number of events sent since the last reset. */
  get sent(): number {
    return this.#sent;
  }

  apply(event: EventSource | EventsSent): void {
    if (event.type === 'sent') this.#settle(event.source);
    else this.#add(event);
  }

  sources(): RestoredSource[] {
    return Array.from(this.#sources.values(), ({ source, withdrawn }) => ({
      source,
      removed: Array.from(withdrawn, (index) => messageOf(source, index) ?? ''),
    }));
  }

  restore({ source, removed }: RestoredSource): void {
    this.#add(source);
    if (removed.length > 0) this.withdraw(new Set(removed));
  }

  restoreSent(sent: number): void {
    this.#sent = sent;
  }

  clear(): void {
    this.#sources = new Map();
    this.#queue = new DueQueue();
    this.#failed = [];
    this.#pending = 0;
    this.#sent = 0;
  }

  /** Drops the events of messages that were removed, except for those that are being sent. */
  withdraw(messageIds: ReadonlySet<string>): void {
    const isRemoved = ({ source }: PendingSource, index: number) => messageIds.has(messageOf(source, index) ?? '');
    for (const { pending, index } of this.#failed) if (isRemoved(pending, index)) this.#drop(pending, index);
    this.#failed = this.#failed.filter(({ pending, index }) => !isRemoved(pending, index));
    for (const pending of this.#sources.values()) {
      const end = pending.count - pending.takenLast;
      for (let index = pending.taken - pending.takenLast; index < end; index += 1) {
        if (isRemoved(pending, index)) this.#drop(pending, index);
      }
    }
  }

  /** When the next event is due, in epoch milliseconds; in the past if one has failed. */
  nextDueAt(): number | undefined {
    return this.#failed.length > 0 ? 0 : this.#first()?.dueAt;
  }

  /** Hands out an event that is due. Failed ones come last, so an event that can never be sent does not block others. */
  take(now: number, order: EventOrder = 'oldestFirst'): TakenEvent | undefined {
    for (;;) {
      const pending = order === 'oldestFirst' ? this.#first() : this.#lastDue(now);
      if (!pending || pending.dueAt > now) return this.#failed.shift();
      const index = takeIndex(pending, order);
      const event = pending.withdrawn.has(index) ? undefined : createEvent(pending.source, index, this.#deliveries);
      if (event) return { pending, index, event };
    }
  }

  /** Puts back an event that could not be sent. */
  putBack(taken: TakenEvent): void {
    if (this.#isKnown(taken)) this.#failed.push(taken);
  }

  /** Notes a sent event. @returns the change to record if it was the last event of its source */
  noteSent(taken: TakenEvent): EventsSent | undefined {
    if (!this.#isKnown(taken)) return undefined;
    const { pending } = taken;
    pending.sent += 1;
    this.#sent += 1;
    this.#pending -= 1;
    return remaining(pending) === 0 ? { store: 'events', type: 'sent', source: pending.id } : undefined;
  }

  /** False if everything was reset while the event was being sent. */
  #isKnown({ pending }: TakenEvent): boolean {
    return this.#sources.get(pending.id) === pending;
  }

  #add(source: EventSource): void {
    const id = sourceId(source);
    const count = countEvents(source);
    if (id === undefined || count === 0 || source.eventsAt === undefined) return;
    const pending: PendingSource = {
      ...{ id, source, dueAt: source.eventsAt, count },
      ...{ taken: 0, takenLast: 0, sent: 0, withdrawn: new Set<number>() },
    };
    this.#sources.set(id, pending);
    this.#queue.add(pending);
    this.#pending += count;
  }

  #settle(id: string): void {
    const pending = this.#sources.get(id);
    if (!pending) return;
    this.#sources.delete(id);
    this.#pending -= remaining(pending);
    this.#sent += remaining(pending);
    pending.taken = pending.count;
    pending.sent = pending.count;
  }

  #drop(pending: PendingSource, index: number): void {
    if (pending.withdrawn.has(index)) return;
    pending.withdrawn.add(index);
    this.#pending -= 1;
    if (remaining(pending) === 0) this.#sources.delete(pending.id);
  }

  /** Returns the first source with events left to hand out. */
  #first(): PendingSource | undefined {
    let first = this.#queue.first();
    while (first && first.taken === first.count) {
      this.#queue.drop();
      first = this.#queue.first();
    }
    return first;
  }

  /** Returns the last source that is due and has events left to hand out. */
  #lastDue(now: number): PendingSource | undefined {
    let last = this.#queue.lastDue(now);
    while (last && last.taken === last.count) {
      this.#queue.dropLastDue(now);
      last = this.#queue.lastDue(now);
    }
    return last;
  }
}

/** Returns the index of the event of a source that is handed out next, and counts it as handed out. */
function takeIndex(pending: PendingSource, order: EventOrder): number {
  pending.taken += 1;
  if (order === 'oldestFirst') return pending.taken - pending.takenLast - 1;
  pending.takenLast += 1;
  return pending.count - pending.takenLast;
}

/** Number of its events still to be sent. */
function remaining({ count, sent, withdrawn }: PendingSource): number {
  return count - sent - withdrawn.size;
}

interface Due {
  readonly dueAt: number;
}

/** Number of dropped items after which the array is compacted. */
const COMPACT_AFTER = 1024;

/** Items in order of their due times; items with the same due time stay in order of insertion. */
export class DueQueue<Item extends Due> {
  #items: Item[] = [];
  /** Index of the first item that was not dropped. */
  #head = 0;

  first(): Item | undefined {
    return this.#items[this.#head];
  }

  /** Drops the first item. */
  drop(): void {
    this.#head += 1;
    if (this.#head < COMPACT_AFTER || this.#head < this.#items.length / 2) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }

  /** Returns the last item that is due by a time. */
  lastDue(dueAt: number): Item | undefined {
    const index = this.#indexFor({ dueAt }) - 1;
    return index < this.#head ? undefined : this.#items[index];
  }

  /** Drops what {@link lastDue} returns. */
  dropLastDue(dueAt: number): void {
    const index = this.#indexFor({ dueAt }) - 1;
    if (index >= this.#head) this.#items.splice(index, 1);
  }

  add(item: Item): void {
    this.#items.splice(this.#indexFor(item), 0, item);
  }

  /** Binary search: the index of the first item that is due later. */
  #indexFor({ dueAt }: Due): number {
    let from = this.#head;
    let to = this.#items.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#items[middle]?.dueAt ?? 0) > dueAt) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
