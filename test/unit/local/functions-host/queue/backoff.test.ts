import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBackoff } from '../../../../../infra/local/functions-host/queue/listener.ts';

describe('polling back-off', () => {
  it('starts at 100 ms, doubles up to the maximum, and starts again after a message', () => {
    const backoff = createBackoff(2_000, () => 0.5);
    const waits = Array.from({ length: 8 }, () => Math.round(backoff.next()));
    expect(waits).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('never exceeds its bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 60_000 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (most, draws) => {
          const random = draws.values();
          const backoff = createBackoff(most, () => random.next().value ?? 0);
          for (const _ of draws) {
            const wait = backoff.next();
            expect(wait).toBeGreaterThanOrEqual(100);
            expect(wait).toBeLessThanOrEqual(most);
          }
        },
      ),
    );
  });
});
