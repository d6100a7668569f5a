import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPause } from '../../../../infra/local/functions-host/pause.ts';

describe('pause', () => {
  it('ends after its time', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const ended = vi.fn();
    const wait = createPause().wait(100).then(ended);
    await vi.advanceTimersByTimeAsync(99);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await wait;
  });

  it('ends when it is woken, without an effect on the next one', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const pause = createPause();
    const first = pause.wait(100);
    pause.wake();
    await first;
    const ended = vi.fn();
    const second = pause.wait().then(ended);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).not.toHaveBeenCalled();
    pause.wake();
    await second;
  });
});
