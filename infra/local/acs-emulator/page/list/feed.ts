import type { ItemPage, ItemSummary } from '../../inspection/items.ts';
import { type ListQuery, messageOf } from '../api.ts';
import type { Route } from '../route.ts';
import type { StreamMessage } from '../stream.ts';
import { firstPage, type Items, NO_ITEMS, withChanged, withNewest, withOlder, withoutItems } from './store.ts';

export interface FeedState extends Items {
  readonly status: 'loading' | 'ready' | 'failed';
  /** Why loading failed. */
  readonly error: string;
}

export const LOADING: FeedState = { ...NO_ITEMS, status: 'loading', error: '' };

export interface FeedParts {
  readonly load: (query: ListQuery) => Promise<ItemPage>;
  readonly onChange: (state: FeedState, arrived: readonly ItemSummary[]) => void;
  /** Calls back soon, with all that has happened until then. Returns how to prevent it. */
  readonly schedule: (callback: () => void) => () => void;
}

type List = Pick<Route, 'channel' | 'search'>;

const FIRST_PAGE = 200;
const OLDER_PAGE = 1000;

/**
 * What one list shows, kept up to date by the stream. What a search matches is decided by the emulator alone: while
 * something is searched for, the list asks it again after every change.
 */
export class ItemFeed {
  readonly #list: List;
  readonly #parts: FeedParts;
  #state: FeedState = LOADING;
  #waiting: StreamMessage[] = [];
  #cancelFlush: (() => void) | undefined;
  /** Rises with everything that makes answers to earlier calls worthless. */
  #generation = 0;
  #isLoadingOlder = false;
  #firstPagesAwaited = 0;
  /** Those that the search in progress is for, and since. */
  #changesToFind = 0;

  constructor(list: List, parts: FeedParts) {
    this.#list = list;
    this.#parts = parts;
    void this.#loadFirst();
  }

  close(): void {
    this.#generation += 1;
    this.#waiting = [];
    this.#changesToFind = 0;
    this.#cancelFlush?.();
  }

  receive(message: StreamMessage): void {
    this.#waiting.push(message);
    this.#cancelFlush ??= this.#parts.schedule(() => this.#flush());
  }

  /** Reads the list again from its newest item. */
  async reload(): Promise<void> {
    await this.#loadFirst();
  }

  /** Loads the next page of older items, unless it is being loaded or all are loaded. */
  async loadOlder(): Promise<void> {
    const { next, status } = this.#state;
    if (next === undefined || status !== 'ready' || this.#isLoadingOlder) return;
    const generation = this.#generation;
    this.#isLoadingOlder = true;
    try {
      const page = await this.#parts.load({ ...queryOf(this.#list), before: next, top: OLDER_PAGE });
      if (generation === this.#generation) this.#set({ ...this.#state, ...withOlder(this.#state, page) });
    } catch {
      // The next scrolling tries again; a lost connection is shown elsewhere.
    } finally {
      this.#isLoadingOlder = false;
    }
  }

  /** What arrives meanwhile waits, because the page may have been written before it. */
  async #loadFirst(): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    if (this.#state.status === 'failed') this.#set(LOADING);
    this.#firstPagesAwaited += 1;
    try {
      const page = await this.#parts.load({ ...queryOf(this.#list), top: FIRST_PAGE });
      if (generation === this.#generation) this.#set({ ...firstPage(page), status: 'ready', error: '' });
    } catch (error) {
      if (generation === this.#generation) this.#fail(error);
    } finally {
      this.#firstPagesAwaited -= 1;
    }
    if (this.#waiting.length > 0) this.#flush();
  }

  /** Items that were loaded stay to be read. */
  #fail(error: unknown): void {
    if (this.#state.status === 'ready') return;
    this.#set({ ...this.#state, status: 'failed', error: messageOf(error) });
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    if (this.#firstPagesAwaited > 0) return;
    const messages = this.#waiting;
    this.#waiting = [];
    if (this.#state.status === 'failed' || messages.some(isNewBeginning)) void this.#loadFirst();
    else if (this.#list.search === '') this.#apply(messages);
    else if (messages.some(({ type }) => type === 'item' || type === 'removed')) void this.#searchAgain();
  }

  #apply(messages: readonly StreamMessage[]): void {
    const changed = messages.flatMap((it) => (it.type === 'item' && this.#isShown(it.data) ? [it.data] : []));
    const removed = messages.flatMap((it) => (it.type === 'removed' ? it.data.items : []));
    const shown = removed.filter((it) => this.#isShown(it));
    if (changed.length === 0 && shown.length === 0) return;
    const newest = this.#state.loaded[0]?.sequence ?? -1;
    const items = withoutItems(withChanged(this.#state, changed), shown);
    const arrived = items.loaded.filter(({ sequence }) => sequence > newest);
    this.#set({ ...this.#state, ...items }, arrived);
  }

  /** One search at a time: answers could overtake each other, and a slow emulator would be asked more and more often. */
  async #searchAgain(): Promise<void> {
    this.#changesToFind += 1;
    if (this.#changesToFind > 1) return;
    await this.#searchOnce(this.#generation);
    const isOutdated = this.#changesToFind > 1;
    this.#changesToFind = 0;
    if (isOutdated) await this.#searchAgain();
  }

  async #searchOnce(generation: number): Promise<void> {
    const top = Math.min(Math.max(this.#state.loaded.length, FIRST_PAGE), OLDER_PAGE);
    try {
      const page = await this.#parts.load({ ...queryOf(this.#list), top });
      if (generation !== this.#generation) return;
      const newest = this.#state.loaded[0]?.sequence ?? -1;
      const arrived = page.value.filter(({ sequence }) => sequence > newest);
      this.#set({ ...this.#state, ...withNewest(this.#state, page) }, arrived);
    } catch {
      // The next change asks again; a lost connection is shown elsewhere.
    }
  }

  #isShown({ channel }: Pick<ItemSummary, 'channel'>): boolean {
    return this.#list.channel === 'all' ? channel !== 'request' : channel === this.#list.channel;
  }

  #set(state: FeedState, arrived: readonly ItemSummary[] = []): void {
    this.#state = state;
    this.#parts.onChange(state, arrived);
  }
}

function isNewBeginning(message: StreamMessage): boolean {
  return message.type === 'reset' || (message.type === 'hello' && !message.data.isComplete);
}

/** What to ask the emulator for. Without a channel, it returns all but requests. */
function queryOf({ channel, search }: List): ListQuery {
  return { channel: channel === 'all' ? undefined : channel, search };
}
