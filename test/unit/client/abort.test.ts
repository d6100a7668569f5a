import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { delay } from '../../../shared/client/abort.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a delay resolves after its time, and leaves nothing behind', async () => {
  const { signal } = new AbortController();
  const waiting = delay(1000, signal);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  await waiting;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('an abort rejects a delay with its reason, and leaves nothing behind', async () => {
  const controller = new AbortController();
  const waiting = delay(1000, controller.signal);
  controller.abort('why');
  await expect(waiting).rejects.toBe('why');
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  await expect(delay(1000, controller.signal)).rejects.toBe('why');
  expect(vi.getTimerCount()).toBe(0);
});
