import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers';
import { DueQueue } from '../events/pendingEvents.ts';
import {
  CHANNELS,
  type Channel,
  type Item,
  type ItemPage,
  type ItemSummary,
  type StreamEvents,
} from '../inspection/items.ts';
import type { RestoredItems } from '../state/restoredState.ts';
import type { StoredEvent } from '../state/stores.ts';
import { type Change, ChangeLog } from './changeLog.ts';
import type { ChannelView } from './channelView.ts';
import { Entries, type Entry } from './entries.ts';
import { type ItemFilter, type Selection, select } from './search.ts';

interface OutboxOptions {
  readonly views: readonly ChannelView[];
  readonly now: () => Date;
  /** Of each channel; older items are removed. Default 10,000. */
  readonly maximumItems?: number | undefined;
}

interface ShownChannel {
  readonly view: ChannelView;
  readonly entries: Entries;
  received: number;
  dropped: number;
}

interface DueChange {
  readonly dueAt: number;
  readonly entry: Entry;
}

interface ChannelStats {
  readonly kept: number;
  readonly limit: number;
  readonly received: number;
  readonly dropped: number;
}

const DEFAULT_MAXIMUM_ITEMS = 10_000;

/** Clocks can jump: Node's timers of more than 24.8 days fire at once. */
const LONGEST_TIMER_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * What a mailbox received, as items of all channels: their order, their changes, and a limit for their number. The stores
 * hold the content. Without readers, an item costs constant time.
 */
export class Outbox {
  /** Identifies the revisions: another run of the emulator counts from the beginning. */
  readonly epoch = randomBytes(6).toString('hex');
  readonly startedAt: Date;
  /** The open event streams. */
  readonly streams = new Set<ServerResponse>();
  readonly #now: () => Date;
  readonly #maximumItems: number;
  readonly #channels: ReadonlyMap<Channel, ShownChannel>;
  readonly #log = new ChangeLog();
  #revision = 0;
  #sequence = 0;
  #due = new DueQueue<DueChange>();
  #timer: NodeJS.Timeout | undefined;
  /** The time that the timer is set for. */
  #timerDueAt = Number.POSITIVE_INFINITY;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  #signal: NodeJS.Immediate | undefined;

  constructor({ views, now, maximumItems = DEFAULT_MAXIMUM_ITEMS }: OutboxOptions) {
    this.#now = now;
    this.startedAt = now();
    this.#maximumItems = maximumItems;
    this.#channels = new Map(
      views.map((view) => [view.channel, { view, entries: new Entries(), received: 0, dropped: 0 }]),
    );
  }

  /** The revision of the latest change. */
  get revision(): number {
    return this.#revision;
  }

  /** The sequence of the newest item. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Notes what an event, which has been applied to the stores, has changed. */
  apply(event: StoredEvent): void {
    if (event.store === 'state') {
      if (event.type === 'ended') this.#restore(event.items);
      return;
    }
    for (const channel of this.#channels.values()) {
      for (const id of channel.view.changedBy(event)) this.#note(channel, id);
    }
  }

  /** Returns what can be restored: the items and counts of the channels that events change. */
  restorable(): RestoredItems {
    const channels = [...this.#channels.values()].filter(({ view }) => view.channel !== 'request');
    const entries = channels.flatMap((shown) => [...shown.entries.newestFirst()]);
    entries.sort((one, other) => one.sequence - other.sequence);
    return {
      inOrder: entries.map(({ channel, id }) => [channel, id]),
      counts: channels.map(({ view, received, dropped }) => [view.channel, received, dropped]),
    };
  }

  #restore({ inOrder, counts }: RestoredItems): void {
    for (const [channel, received, dropped] of counts) {
      const shown = this.#channels.get(channel);
      const kept = inOrder.filter((it) => it[0] === channel).length;
      if (shown) Object.assign(shown, { received: received - kept, dropped });
    }
    for (const [channel, id] of inOrder) this.note(channel, id);
  }

  /** Notes that an item was created, changed or removed other than by an event. */
  note(channel: Channel, id: string): void {
    const shown = this.#channels.get(channel);
    if (shown) this.#note(shown, id);
  }

  /** Reports a change of something other than an item. */
  announce(data: StreamEvents['changed']): void {
    this.#append({ revision: this.#nextRevision(), type: 'changed', data });
  }

  /** Forgets all items; the stores are cleared by the caller. */
  clear(): void {
    for (const shown of this.#channels.values()) {
      for (const entry of [...shown.entries.newestFirst()]) shown.entries.remove(entry);
      Object.assign(shown, { received: 0, dropped: 0 });
    }
    this.#due = new DueQueue();
    this.#append({ revision: this.#nextRevision(), type: 'reset' });
  }

  /** Returns matching items, newest first. @param before only items of an earlier sequence */
  items(filter: ItemFilter, top: number, before = Number.POSITIVE_INFINITY): ItemPage {
    const { channels, matches } = select(filter);
    const matching = channels
      .flatMap((channel) => [...this.#matching(channel, matches)])
      .sort((one, other) => other.sequence - one.sequence);
    const page = matching.filter(({ sequence }) => sequence < before).slice(0, top + 1);
    const value = page.slice(0, top).flatMap((entry) => this.summary(entry) ?? []);
    const next = page.length > top ? value.at(-1)?.sequence : undefined;
    return { value, total: matching.length, ...(next !== undefined && { next }) };
  }

  item(channel: Channel, id: string): Item | undefined {
    const shown = this.#channels.get(channel);
    const entry = shown?.entries.find(id);
    const item = entry && shown?.view.item(id);
    return item && { ...item, revision: entry.revision, sequence: entry.sequence };
  }

  /** Returns the newest matching item. @param after only items of a later sequence */
  latest(filter: ItemFilter, after = 0): Item | undefined {
    const { channels, matches } = select(filter);
    let newest: Entry | undefined;
    for (const channel of channels) {
      const [entry] = this.#matching(channel, matches, newest?.sequence ?? after);
      newest = entry ?? newest;
    }
    return newest && this.item(newest.channel, newest.id);
  }

  /** Whether an item matches now. */
  isMatch({ channel, id }: Entry, { channels, matches }: Selection): boolean {
    const view = this.#channels.get(channel)?.view;
    return view !== undefined && channels.includes(channel) && isMatch(view, id, matches);
  }

  /** Reads the present state of an item from its store. */
  summary({ channel, id, revision, sequence }: Entry): ItemSummary | undefined {
    const summary = this.#channels.get(channel)?.view.summary(id);
    return summary && { ...summary, revision, sequence };
  }

  /** Returns the first changes after a revision; undefined if some of them are no longer known. */
  changesSince(revision: number, maximum: number): readonly Change[] | undefined {
    return revision > this.#revision ? undefined : this.#log.since(revision, maximum);
  }

  /**
   * Calls back after changes, once for all that are made in one turn of the event loop.
   *
   * @returns how to end it
   */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stats(): Partial<Record<Channel, ChannelStats>> {
    const all = CHANNELS.flatMap((channel) => {
      const shown = this.#channels.get(channel);
      if (!shown) return [];
      const { entries, received, dropped } = shown;
      return [[channel, { kept: entries.count, limit: this.#maximumItems, received, dropped }] as const];
    });
    return Object.fromEntries(all);
  }

  /** Notes the changes that are due by now. Call it when the clock was moved. */
  wake(): void {
    clearTimeout(this.#timer);
    this.#timerDueAt = Number.POSITIVE_INFINITY;
    const now = this.#now().getTime();
    for (let due = this.#due.first(); due && due.dueAt <= now; due = this.#due.first()) {
      this.#due.drop();
      const shown = this.#channels.get(due.entry.channel);
      if (shown && !due.entry.isRemoved && due.entry.changesAt === due.dueAt) this.#touch(shown, due.entry);
    }
    const next = this.#due.first();
    if (next) this.#schedule(next.dueAt);
  }

  /** Aborted by `close`. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends the streams and waits. Can be called again. */
  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
    for (const response of this.streams) response.end();
  }

  *#matching(channel: Channel, matches: Selection['matches'], after = 0): Generator<Entry> {
    const shown = this.#channels.get(channel);
    if (!shown) return;
    const { view, entries } = shown;
    for (const entry of entries.newestFirst()) {
      if (entry.sequence <= after) return;
      if (isMatch(view, entry.id, matches)) yield entry;
    }
  }

  #note(shown: ShownChannel, id: string): void {
    const { view, entries } = shown;
    const known = entries.find(id);
    const exists = view.has(id);
    if (exists && known) this.#touch(shown, known);
    else if (exists) this.#add(shown, id);
    else if (known) this.#remove(shown, known);
  }

  #add(shown: ShownChannel, id: string): void {
    const { view, entries } = shown;
    this.#sequence += 1;
    shown.received += 1;
    const entry: Entry = {
      channel: view.channel,
      id,
      sequence: this.#sequence,
      revision: 0,
      changesAt: undefined,
      sizeBytes: view.sizeBytes?.(id) ?? 0,
      isRemoved: false,
    };
    entries.add(entry);
    this.#touch(shown, entry);
    this.#dropExcess(shown);
  }

  #dropExcess(shown: ShownChannel): void {
    const { view, entries } = shown;
    const maximumBytes = view.maximumBytes ?? Number.POSITIVE_INFINITY;
    while (entries.count > this.#maximumItems || (entries.sizeBytes > maximumBytes && entries.count > 1)) {
      const oldest = entries.oldest();
      if (!oldest) return;
      view.remove(oldest.id);
      shown.dropped += 1;
      this.#remove(shown, oldest);
    }
  }

  #remove({ entries }: ShownChannel, entry: Entry): void {
    entries.remove(entry);
    this.#append({ revision: this.#nextRevision(), type: 'removed', channel: entry.channel, id: entry.id });
  }

  #touch({ view }: ShownChannel, entry: Entry): void {
    entry.revision = this.#nextRevision();
    this.#append({ revision: entry.revision, type: 'item', entry });
    const dueAt = view.changesAt(entry.id);
    const isKnown = dueAt === entry.changesAt;
    entry.changesAt = dueAt;
    if (dueAt === undefined || isKnown) return;
    this.#due.add({ dueAt, entry });
    this.#schedule(dueAt);
  }

  #nextRevision(): number {
    this.#revision += 1;
    return this.#revision;
  }

  #append(change: Change): void {
    this.#log.append(change);
    if (this.#listeners.size === 0) return;
    this.#signal ??= setImmediate(() => {
      this.#signal = undefined;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** Sets the timer, unless it is set for an earlier time. */
  #schedule(dueAt: number): void {
    if (this.closed.aborted || dueAt >= this.#timerDueAt) return;
    clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    const wait = Math.min(Math.max(dueAt - this.#now().getTime(), 0), LONGEST_TIMER_MILLISECONDS);
    this.#timer = setTimeout(() => this.wake(), wait).unref();
  }
}

function isMatch(view: ChannelView, id: string, matches: Selection['matches']): boolean {
  if (!matches) return true;
  const summary = view.summary(id);
  return summary !== undefined && matches({ summary, text: () => view.text?.(id) ?? '' });
}
