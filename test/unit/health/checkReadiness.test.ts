import { describe, expect, test, vi } from 'vitest';
import { createReadiness, type ReadinessParts } from '../../../shared/health/checkReadiness.ts';
import { DEADLINE_MILLISECONDS } from '../../../shared/health/checks.ts';

/** Everything works; calls are counted. */
function world(changes: Partial<ReadinessParts> = {}) {
  const clock = { now: Date.parse('2026-01-15T08:30:00Z') };
  const storage = vi.fn<ReadinessParts['storage']>(async () => undefined);
  const acs = vi.fn<ReadinessParts['acs']>(async () => ({ status: 400, clockAheadMilliseconds: 0 }));
  const readiness = createReadiness({ storage, acs, now: () => clock.now, ...changes });
  return { clock, storage, acs, readiness };
}

/** Name and status of each check. */
async function statuses(readiness: ReturnType<typeof createReadiness>) {
  const { isReady, checks } = await readiness();
  return { isReady, ...Object.fromEntries(checks.map(({ name, status }) => [name, status])) };
}

const ALL_OK = { settings: 'ok', queues: 'ok', tables: 'ok', blobs: 'ok', acs: 'ok', clock: 'ok' };

const coded = (code: string) => Object.assign(new Error('secret'), { code });

describe('readiness', () => {
  test('is true if all checks pass', async () => {
    expect(await statuses(world().readiness)).toEqual({ isReady: true, ...ALL_OK });
  });

  test('is false if one storage service fails', async () => {
    const storage: ReadinessParts['storage'] = async (service) => {
      if (service === 'tables') throw coded('ECONNREFUSED');
    };
    const { readiness } = world({ storage });
    expect(await statuses(readiness)).toEqual({ isReady: false, ...ALL_OK, tables: 'failed' });
    const { checks } = await readiness();
    expect(checks.find(({ name }) => name === 'tables')?.message).toBe('refuses connections (ECONNREFUSED)');
    expect(JSON.stringify(checks)).not.toContain('secret');
  });

  test('checks the credential and the clock by one answer', async () => {
    const { readiness } = world({ acs: async () => ({ status: 401, clockAheadMilliseconds: 400_000 }) });
    expect(await statuses(readiness)).toEqual({ isReady: false, ...ALL_OK, acs: 'failed', clock: 'failed' });
  });

  test('is true with warnings', async () => {
    const { readiness } = world({ acs: async () => ({ status: 429, clockAheadMilliseconds: 100_000 }) });
    expect(await statuses(readiness)).toEqual({ isReady: true, ...ALL_OK, acs: 'warning', clock: 'warning' });
  });

  test('has only a warning for the clock if ACS does not answer', async () => {
    const { readiness } = world({ acs: () => Promise.reject(coded('ENOTFOUND')) });
    expect(await statuses(readiness)).toEqual({ isReady: false, ...ALL_OK, acs: 'failed', clock: 'warning' });
  });

  test('fails checks that hang at the deadline, even if they ignore the signal', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const controller = new AbortController();
      setImmediate(() => controller.abort(new DOMException('', 'TimeoutError')));
      return controller.signal;
    });
    const { readiness } = world({ storage: () => new Promise(() => {}), acs: () => new Promise(() => {}) });
    const { checks } = await readiness();
    expect(timeout).toHaveBeenCalledWith(DEADLINE_MILLISECONDS);
    expect(checks.filter((it) => it.message === 'does not answer in time').map(({ name }) => name)).toEqual([
      ...['queues', 'tables', 'blobs', 'acs'],
    ]);
    timeout.mockRestore();
  });
});

describe('the result', () => {
  test('is shared by concurrent callers, and by later ones for 10 s', async () => {
    const { clock, storage, acs, readiness } = world();
    await Promise.all([readiness(), readiness(), readiness()]);
    clock.now += 9_999;
    await readiness();
    expect([storage.mock.calls.length, acs.mock.calls.length]).toEqual([3, 1]);
  });

  test.each([10_000, -10_000])('is determined again if the clock has moved by %i ms', async (milliseconds) => {
    const { clock, acs, readiness } = world();
    await readiness();
    clock.now += milliseconds;
    await readiness();
    expect(acs).toHaveBeenCalledTimes(2);
  });

  test('is kept no longer after a failure than after a success', async () => {
    const acs = vi.fn<ReadinessParts['acs']>(async () => ({ status: 401, clockAheadMilliseconds: 0 }));
    const { clock, readiness } = world({ acs });
    expect((await readiness()).isReady).toBe(false);
    acs.mockResolvedValue({ status: 400, clockAheadMilliseconds: 0 });
    expect((await readiness()).isReady).toBe(false);
    clock.now += 10_000;
    expect((await readiness()).isReady).toBe(true);
  });
});
