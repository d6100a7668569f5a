import type { StoredEvent } from '../context.ts';
import type { AcsEvent } from './acsEvent.ts';
import { DueQueue } from './dueQueue.ts';
import { countEvents, type EventSource, eventOf, type SmsReceived, sourceId } from './eventSource.ts';

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
  /** Its events up to here have been taken. */
  taken: number;
  sent: number;
}

/** One event that is being sent. */
export interface TakenEvent {
  readonly pending: PendingSource;
  readonly event: AcsEvent;
}

/** Events that are still to be sent. They come from what is kept anyway, and so from the journal after a restart. */
export class PendingEvents {
  #sources = new Map<string, PendingSource>();
  #queue = new DueQueue<PendingSource>();
  /** Were taken, and put back. */
  #again: TakenEvent[] = [];
  #pending = 0;
  #sent = 0;

  /** How many are still to be sent, those under way among them. */
  get pending(): number {
    return this.#pending;
  }

  /** How many have been sent since everything was forgotten. */
  get sent(): number {
    return this.#sent;
  }

  apply(event: StoredEvent): void {
    if (event.store === 'events' && event.type === 'sent') this.#settle(event.source);
    else if ('eventsAt' in event) this.#add(event);
  }

  clear(): void {
    this.#sources = new Map();
    this.#queue = new DueQueue();
    this.#again = [];
    this.#pending = 0;
    this.#sent = 0;
  }

  /** When the next one is due, in epoch milliseconds; in the past when one was put back. */
  nextDueAt(): number | undefined {
    return this.#again.length > 0 ? 0 : this.#first()?.dueAt;
  }

  /** Takes one that is due; those that were put back come last, so that one that can never be sent stops no other. */
  take(now: number): TakenEvent | undefined {
    const pending = this.#first();
    if (!pending || pending.dueAt > now) return this.#again.shift();
    const event = eventOf(pending.source, pending.taken);
    pending.taken += 1;
    return event && { pending, event };
  }

  /** It could not be sent. */
  putBack(taken: TakenEvent): void {
    if (this.#isKnown(taken)) this.#again.push(taken);
  }

  /** It was sent. @returns what is to be recorded when it was the last one of its source */
  noteSent(taken: TakenEvent): EventsSent | undefined {
    if (!this.#isKnown(taken)) return undefined;
    const { pending } = taken;
    pending.sent += 1;
    this.#sent += 1;
    this.#pending -= 1;
    return pending.sent === pending.count ? { store: 'events', type: 'sent', source: pending.id } : undefined;
  }

  /** Not when everything was forgotten while it was under way. */
  #isKnown({ pending }: TakenEvent): boolean {
    return this.#sources.get(pending.id) === pending;
  }

  #add(source: EventSource): void {
    const id = sourceId(source);
    const count = countEvents(source);
    if (id === undefined || count === 0 || source.eventsAt === undefined) return;
    const pending: PendingSource = { id, source, dueAt: source.eventsAt, count, taken: 0, sent: 0 };
    this.#sources.set(id, pending);
    this.#queue.add(pending);
    this.#pending += count;
  }

  #settle(id: string): void {
    const pending = this.#sources.get(id);
    if (!pending) return;
    this.#sources.delete(id);
    this.#pending -= pending.count - pending.sent;
    this.#sent += pending.count - pending.sent;
    pending.taken = pending.count;
    pending.sent = pending.count;
  }

  /** The first source of which something is left to be taken. */
  #first(): PendingSource | undefined {
    let first = this.#queue.first();
    while (first && first.taken === first.count) {
      this.#queue.drop();
      first = this.#queue.first();
    }
    return first;
  }
}
