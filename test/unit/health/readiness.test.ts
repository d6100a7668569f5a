import { describe, expect, test, vi } from 'vitest';
import { DEADLINE_MILLISECONDS } from '../../../shared/health/check.ts';
import { createReadiness, type ReadinessParts } from '../../../shared/health/readiness.ts';

/** Everything works, and each call is counted. */
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

describe('what is looked at', () => {
  test('all of it', async () => {
    expect(await statuses(world().readiness)).toEqual({ isReady: true, ...ALL_OK });
  });

  test('one service of storage', async () => {
    const storage: ReadinessParts['storage'] = async (service) => {
      if (service === 'tables') throw coded('ECONNREFUSED');
    };
    const { readiness } = world({ storage });
    expect(await statuses(readiness)).toEqual({ isReady: false, ...ALL_OK, tables: 'failed' });
    const { checks } = await readiness();
    expect(checks.find(({ name }) => name === 'tables')?.message).toBe('refuses connections (ECONNREFUSED)');
    expect(JSON.stringify(checks)).not.toContain('secret');
  });

  test('the credential and the clock, of one answer', async () => {
    const { readiness } = world({ acs: async () => ({ status: 401, clockAheadMilliseconds: 400_000 }) });
    expect(await statuses(readiness)).toEqual({ isReady: false, ...ALL_OK, acs: 'failed', clock: 'failed' });
  });

  test('a warning does not make it unready', async () => {
    const { readiness } = world({ acs: async () => ({ status: 429, clockAheadMilliseconds: 100_000 }) });
    expect(await statuses(readiness)).toEqual({ isReady: true, ...ALL_OK, acs: 'warning', clock: 'warning' });
  });

  test('without an answer of ACS, nothing is said against the clock', async () => {
    const { readiness } = world({ acs: () => Promise.reject(coded('ENOTFOUND')) });
    expect(await statuses(readiness)).toEqual({ isReady: false, ...ALL_OK, acs: 'failed', clock: 'warning' });
  });

  test('what hangs ends at the deadline, whether or not it listens to it', async () => {
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

describe('how often', () => {
  test('many at a time, and soon after, are one', async () => {
    const { clock, storage, acs, readiness } = world();
    await Promise.all([readiness(), readiness(), readiness()]);
    clock.now += 9_999;
    await readiness();
    expect([storage.mock.calls.length, acs.mock.calls.length]).toEqual([3, 1]);
  });

  test.each([10_000, -10_000])('a clock that has moved by %i ms asks anew', async (milliseconds) => {
    const { clock, acs, readiness } = world();
    await readiness();
    clock.now += milliseconds;
    await readiness();
    expect(acs).toHaveBeenCalledTimes(2);
  });

  test('a failure is kept no longer than a success', async () => {
    const acs = vi.fn<ReadinessParts['acs']>(async () => ({ status: 401, clockAheadMilliseconds: 0 }));
    const { clock, readiness } = world({ acs });
    expect((await readiness()).isReady).toBe(false);
    acs.mockResolvedValue({ status: 400, clockAheadMilliseconds: 0 });
    expect((await readiness()).isReady).toBe(false);
    clock.now += 10_000;
    expect((await readiness()).isReady).toBe(true);
  });
});
