import { describe, expect, test } from 'vitest';
import { createBackOff, retryConflicts } from '../../../shared/storage/optimistic.ts';
import { type Table, writeRow } from '../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';

/** A back-off whose sleeps are only written down. */
function recordedBackOff(random: number) {
  const sleeps: number[] = [];
  const backOff = createBackOff(
    async (milliseconds) => void sleeps.push(milliseconds),
    () => random,
  );
  return { backOff, sleeps };
}

describe('a change', () => {
  test('that no other writer overtakes is attempted once, without a pause', async () => {
    const { backOff, sleeps } = recordedBackOff(0.5);
    const attempts: number[] = [];
    const result = await retryConflicts({ backOff }, async (overtaken) => {
      attempts.push(overtaken);
      return 'written';
    });
    expect({ result, attempts, sleeps }).toEqual({ result: 'written', attempts: [0], sleeps: [] });
  });

  test('that was overtaken is attempted again after a pause', async () => {
    const { backOff, sleeps } = recordedBackOff(0.5);
    const attempts: number[] = [];
    const result = await retryConflicts({ backOff }, async (overtaken) => {
      attempts.push(overtaken);
      return overtaken < 3 ? undefined : 'written';
    });
    expect({ result, attempts, pauses: sleeps.length }).toEqual({
      result: 'written',
      attempts: [0, 1, 2, 3],
      pauses: 3,
    });
  });

  test.each([false, 0, '', null])('whose result is %j is done', async (result) => {
    const { backOff } = recordedBackOff(0.5);
    expect(await retryConflicts({ backOff }, async (overtaken) => (overtaken > 0 ? 'again' : result))).toBe(result);
  });

  test('that is overtaken every time is given up, as something that may be repeated in a while', async () => {
    const { backOff, sleeps } = recordedBackOff(0.5);
    let attempts = 0;
    const change = retryConflicts({ backOff }, async () => {
      attempts += 1;
      return undefined;
    });
    await expect(change).rejects.toMatchObject({
      ...{ name: 'SwitchboardError', code: 'StorageContention', status: 503, isTransient: true },
      retryAfterSeconds: expect.toSatisfy((seconds: number) => seconds >= 1),
    });
    expect(attempts).toBeLessThanOrEqual(20);
    expect(sleeps).toHaveLength(attempts - 1);
  });

  test('that fails is not attempted again', async () => {
    const { backOff, sleeps } = recordedBackOff(0.5);
    const failing = retryConflicts({ backOff }, () => Promise.reject(new Error('the storage is down')));
    await expect(failing).rejects.toThrow('the storage is down');
    expect(sleeps).toEqual([]);
  });
});

describe('the pauses', () => {
  const pausesAt = async (random: number): Promise<readonly number[]> => {
    const { backOff, sleeps } = recordedBackOff(random);
    await retryConflicts({ backOff }, async () => undefined).catch(() => undefined);
    return sleeps;
  };

  test('double, up to a longest one', async () => {
    const pauses = await pausesAt(0.5);
    const [first = 0] = pauses;
    const longest = Math.max(...pauses);
    expect(first).toBeGreaterThan(0);
    expect(longest).toBeGreaterThan(8 * first);
    expect(pauses).toEqual(pauses.map((_, index) => Math.min(longest, first * 2 ** index)));
  });

  test('are random from nothing on, so that writers that collided do not collide again', async () => {
    const upper = await pausesAt(1);
    expect(await pausesAt(0)).toEqual(upper.map(() => 0));
    expect(await pausesAt(0.25)).toEqual(upper.map((pause) => pause / 4));
  });

  test('together stay within ACS’s deadline for one call, so that a lease outlives them', async () => {
    const total = (await pausesAt(1)).reduce((sum, pause) => sum + pause, 0);
    expect(total).toBeLessThan(10_000);
  });
});

describe('many writers of one row', () => {
  /** Counts the row up, or creates it. */
  const increment = (tables: MemoryStorage['tables'], table: Table) =>
    retryConflicts(tables, async () => {
      const row = await table.get('p', 'counter');
      const values = { count: Number(row?.values['count'] ?? 0) + 1 };
      return writeRow(table, 'p', { rowKey: 'counter', values, etag: row?.etag });
    });

  test('lose no update, nor do those that create it at the same time', async () => {
    const { tables } = new MemoryStorage();
    const table = tables.table('counters');
    await Promise.all(Array.from({ length: 100 }, () => increment(tables, table)));
    expect((await table.get('p', 'counter'))?.values).toEqual({ count: 100 });
  });
});
