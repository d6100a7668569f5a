import { describe, expect, test } from 'vitest';
import { createCounterStore, LIMITS_TABLE } from '../../../shared/limits/counterStore.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');
const SHOP = { name: 'shop', limits: { smsPerMinute: 50 } };

/** The stores of several processes over one storage, and the calls that they make. */
function processes(count: number) {
  const { tables } = new MemoryStorage();
  const calls: string[] = [];
  const table = tables.table(LIMITS_TABLE);
  for (const name of ['get', 'insert', 'replace'] as const) {
    const original = table[name].bind(table) as (...args: unknown[]) => Promise<unknown>;
    Object.assign(table, {
      [name]: (...args: unknown[]) => {
        calls.push(name);
        return original(...args);
      },
    });
  }
  return { stores: Array.from({ length: count }, () => createCounterStore(tables, () => NOW)), calls };
}

const isTaken = (outcome: object) => !('excess' in outcome);

test.each([1, 2, 5])('of what %i processes take at the same time, exactly the limit is accepted', async (count) => {
  const { stores } = processes(count);
  const takes = Array.from({ length: 200 }, (_, index) => stores[index % count]?.take(SHOP, { sms: 1 + (index % 3) }));
  const outcomes = await Promise.all(takes);
  const amounts = outcomes.map((outcome, index) => (outcome && isTaken(outcome) ? 1 + (index % 3) : 0));
  expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(50);
});

describe('calls to storage', () => {
  test('the first take reads and writes, each later one writes only', async () => {
    const { stores, calls } = processes(1);
    await stores[0]?.take(SHOP, { sms: 1 });
    expect(calls).toEqual(['get', 'insert']);
    await stores[0]?.take(SHOP, { sms: 1 });
    expect(calls).toEqual(['get', 'insert', 'replace']);
  });

  test('what comes at the same time is written together', async () => {
    const { stores, calls } = processes(1);
    await Promise.all(Array.from({ length: 40 }, () => stores[0]?.take(SHOP, { sms: 1 })));
    expect(calls).toEqual(['get', 'insert']);
  });

  test('a refusal writes nothing', async () => {
    const { stores, calls } = processes(1);
    await stores[0]?.take(SHOP, { sms: 50 });
    expect(await stores[0]?.take(SHOP, { sms: 1 })).toHaveProperty('excess');
    expect(calls).toEqual(['get', 'insert', 'get']);
  });
});

test('what one process gives back, another can take', async () => {
  const [one, other] = processes(2).stores;
  await other?.take(SHOP, { sms: 10 });
  const taken = await one?.take(SHOP, { sms: 40 });
  expect(await other?.take(SHOP, { sms: 1 })).toHaveProperty('excess');
  await one?.giveBack(SHOP, { sms: 40 }, taken && 'on' in taken ? taken.on : 0);
  expect(await other?.take(SHOP, { sms: 40 })).not.toHaveProperty('excess');
  expect(await one?.take(SHOP, { sms: 1 })).toHaveProperty('excess');
});

test('clients have counters of their own', async () => {
  const [store] = processes(1).stores;
  await store?.take(SHOP, { sms: 50 });
  expect(await store?.take({ ...SHOP, name: 'desk' }, { sms: 50 })).not.toHaveProperty('excess');
});

test('what is given back is available again at once, however long ago it was taken', async () => {
  let now = NOW;
  const store = createCounterStore(new MemoryStorage().tables, () => now);
  const taken = await store.take(SHOP, { sms: 50 });
  if (!('on' in taken)) throw new Error('The limit itself was refused.');
  now += 30_000;
  expect(isTaken(await store.take(SHOP, { sms: 50 }))).toBe(false);
  await store.giveBack(SHOP, { sms: 50 }, taken.on);
  expect(isTaken(await store.take(SHOP, { sms: 50 }))).toBe(true);
});
