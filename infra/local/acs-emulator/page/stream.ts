import type { StreamEvents } from '../inspection/items.ts';

// The emulator's event stream, which the page keeps open.

export type StreamState = 'connecting' | 'live' | 'lost';

export type StreamMessage = {
  [Name in keyof StreamEvents]: { readonly type: Name; readonly data: StreamEvents[Name] };
}[keyof StreamEvents];

const EVENT_NAMES: Readonly<Record<keyof StreamEvents, true>> = {
  hello: true,
  item: true,
  removed: true,
  reset: true,
  changed: true,
};

/** The part of `EventSource` that is needed. */
export interface EventSourceLike {
  addEventListener(
    type: string,
    listener: (event: { readonly data?: unknown; readonly lastEventId?: string }) => void,
  ): void;
  close(): void;
}

export interface StreamParts {
  /** Opens the stream from where an earlier one ended. */
  readonly open: (lastEventId: string | undefined) => EventSourceLike;
  /** `hello` is incomplete also for the first connection: what happened before it was not received. */
  readonly onMessage: (message: StreamMessage) => void;
  /** @param retryInMilliseconds while `lost`: the time to the next attempt */
  readonly onState: (state: StreamState, retryInMilliseconds: number) => void;
  /** Calls back after a time; returns how to prevent it. */
  readonly schedule: (callback: () => void, milliseconds: number) => () => void;
}

const FIRST_RETRY_MILLISECONDS = 500;
const LONGEST_RETRY_MILLISECONDS = 15_000;

/**
 * Keeps a stream open. After an error it opens another one, each time after twice the time, and continues after the last
 * event received. `EventSource` itself would give up after some errors, and never say that it is trying.
 */
export class EventStream {
  readonly #parts: StreamParts;
  #source: EventSourceLike | undefined;
  #cancelRetry: () => void = () => {};
  #lastEventId: string | undefined;
  #isContinued = false;
  #failures = 0;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    parts.onState('connecting', 0);
    this.#connect();
  }

  close(): void {
    this.#cancelRetry();
    this.#source?.close();
    this.#source = undefined;
  }

  /** Tries again now, if the stream is lost. */
  retry(): void {
    if (this.#source === undefined || this.#failures === 0) return;
    this.#cancelRetry();
    this.#source?.close();
    this.#connect();
  }

  #connect(): void {
    this.#isContinued = this.#lastEventId !== undefined;
    const source = this.#parts.open(this.#lastEventId);
    this.#source = source;
    // A source that was replaced may still report its end.
    const ifCurrent = (action: () => void) => () => {
      if (this.#source === source) action();
    };
    source.addEventListener(
      'error',
      ifCurrent(() => this.#reconnect()),
    );
    for (const name of Object.keys(EVENT_NAMES)) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        ifCurrent(() => this.#receive(name, data, lastEventId))();
      });
    }
  }

  #receive(type: string, data: unknown, lastEventId: string | undefined): void {
    if (lastEventId) this.#lastEventId = lastEventId;
    if (type === 'hello') {
      this.#failures = 0;
      this.#parts.onState('live', 0);
    }
    this.#parts.onMessage(this.#read(type, String(data)));
  }

  #read(type: string, data: string): StreamMessage {
    const message = { type, data: JSON.parse(data) } as StreamMessage;
    if (message.type !== 'hello' || this.#isContinued) return message;
    return { type: 'hello', data: { ...message.data, isComplete: false } };
  }

  #reconnect(): void {
    this.#source?.close();
    this.#cancelRetry();
    const wait = Math.min(FIRST_RETRY_MILLISECONDS * 2 ** this.#failures, LONGEST_RETRY_MILLISECONDS);
    this.#failures += 1;
    this.#parts.onState('lost', wait);
    this.#cancelRetry = this.#parts.schedule(() => this.#connect(), wait);
  }
}
