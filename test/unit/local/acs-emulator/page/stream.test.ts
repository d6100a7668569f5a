import { describe, expect, test } from 'vitest';
import {
  type EventSourceLike,
  EventStream,
  type StreamMessage,
  type StreamState,
} from '../../../../../infra/local/acs-emulator/page/stream.ts';

type Listener = Parameters<EventSourceLike['addEventListener']>[1];

class FakeSource implements EventSourceLike {
  readonly after: string | undefined;
  isClosed = false;
  readonly #listeners = new Map<string, Listener>();

  constructor(after: string | undefined) {
    this.after = after;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  emit(type: string, data?: unknown, lastEventId?: string): void {
    this.#listeners.get(type)?.({ data: JSON.stringify(data), ...(lastEventId !== undefined && { lastEventId }) });
  }
}

const HELLO = { mailbox: 'default', isComplete: true };

function openStream() {
  const sources: FakeSource[] = [];
  const messages: StreamMessage[] = [];
  const states: [StreamState, number][] = [];
  const retries: { readonly callback: () => void; isCancelled: boolean }[] = [];
  const stream = new EventStream({
    open: (after) => {
      const source = new FakeSource(after);
      sources.push(source);
      return source;
    },
    onMessage: (message) => messages.push(message),
    onState: (...state) => states.push(state),
    schedule: (callback) => {
      const retry = { callback, isCancelled: false };
      retries.push(retry);
      return () => {
        retry.isCancelled = true;
      };
    },
  });
  const latest = () => sources.at(-1) ?? new FakeSource(undefined);
  const fail = () => latest().emit('error');
  const timePasses = () => retries.at(-1)?.callback();
  return { stream, sources, messages, states, retries, latest, fail, timePasses };
}

test('is live as soon as the emulator greets', () => {
  const { states, latest } = openStream();
  expect(states).toEqual([['connecting', 0]]);
  latest().emit('hello', HELLO, 'e-1');
  expect(states.at(-1)).toEqual(['live', 0]);
});

test('reports messages with their types', () => {
  const { messages, latest } = openStream();
  latest().emit('hello', HELLO, 'e-1');
  latest().emit('removed', { items: [{ channel: 'sms', id: '1' }] }, 'e-2');
  expect(messages.at(-1)).toEqual({ type: 'removed', data: { items: [{ channel: 'sms', id: '1' }] } });
});

describe('hello', () => {
  test('of the first connection is incomplete, because earlier items were not received', () => {
    const { messages, latest } = openStream();
    latest().emit('hello', HELLO, 'e-1');
    expect(messages).toEqual([{ type: 'hello', data: { mailbox: 'default', isComplete: false } }]);
  });

  test.each([true, false])('of a later connection is complete if the emulator says so: %s', (isComplete) => {
    const { messages, latest, fail, timePasses } = openStream();
    latest().emit('hello', HELLO, 'e-1');
    fail();
    timePasses();
    latest().emit('hello', { ...HELLO, isComplete }, 'e-1');
    expect(messages.at(-1)).toEqual({ type: 'hello', data: { mailbox: 'default', isComplete } });
  });

  test('of the second connection is incomplete if the first one never began', () => {
    const { messages, latest, fail, timePasses } = openStream();
    fail();
    timePasses();
    latest().emit('hello', HELLO, 'e-1');
    expect(messages).toEqual([{ type: 'hello', data: { mailbox: 'default', isComplete: false } }]);
  });
});

describe('after an error', () => {
  test('continues after the last event', () => {
    const { sources, latest, fail, timePasses } = openStream();
    latest().emit('hello', HELLO, 'e-1');
    latest().emit('reset', {}, 'e-7');
    fail();
    expect(sources[0]?.isClosed).toBe(true);
    timePasses();
    expect(sources.map(({ after }) => after)).toEqual([undefined, 'e-7']);
  });

  test('waits twice as long each time, up to a limit, and begins again once it was connected', () => {
    const { states, latest, fail, timePasses } = openStream();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      fail();
      timePasses();
    }
    expect(states.slice(1).map(([state]) => state)).toEqual(Array(8).fill('lost'));
    const waits = states.slice(1).map(([, wait]) => wait);
    expect(waits.slice(1, 4)).toEqual(waits.slice(0, 3).map((it) => 2 * it));
    expect(waits[7]).toBe(waits[6]);
    latest().emit('hello', HELLO, 'e-1');
    fail();
    expect(states.at(-1)).toEqual(['lost', waits[0]]);
  });

  test('tries at once when asked to, and not again after the wait', () => {
    const { stream, sources, retries, fail } = openStream();
    fail();
    stream.retry();
    expect(sources).toHaveLength(2);
    expect(retries[0]?.isCancelled).toBe(true);
  });

  test('hears nothing more from the source that failed', () => {
    const { sources, messages, states, fail, timePasses } = openStream();
    fail();
    timePasses();
    const before = states.length;
    sources[0]?.emit('error');
    sources[0]?.emit('reset', {}, 'e-9');
    expect(states).toHaveLength(before);
    expect(messages).toEqual([]);
  });
});

test('a live stream is not opened again when asked to retry', () => {
  const { stream, sources, latest } = openStream();
  latest().emit('hello', HELLO, 'e-1');
  stream.retry();
  expect(sources).toHaveLength(1);
});

test('a closed stream stays closed', () => {
  const { stream, sources, retries, states, fail } = openStream();
  fail();
  stream.close();
  expect(retries[0]?.isCancelled).toBe(true);
  expect(sources[0]?.isClosed).toBe(true);
  const before = states.length;
  fail();
  stream.retry();
  expect(sources).toHaveLength(1);
  expect(states).toHaveLength(before);
});
