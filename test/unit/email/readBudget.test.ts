import { expect, test } from 'vitest';
import { createReadBudget } from '../../../shared/email/readBudget.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');
const SENDS = { sendsPerMinute: 1, sendsPerHour: 1 };
const LIMITS = {
  custom: { ...SENDS, readsPerMinute: 25, readsPerHour: 1000 },
  managed: { ...SENDS, readsPerMinute: 10, readsPerHour: 1000 },
};

/** Processes that share the budget, and a clock. */
function rig(processes = 1) {
  const { tables } = new MemoryStorage();
  const it = { now: NOW };
  const all = Array.from({ length: processes }, () => createReadBudget(tables, LIMITS, () => it.now));
  const [budget = createReadBudget(tables, LIMITS, () => it.now)] = all;
  return Object.assign(it, { all, budget });
}

test('concurrent callers in several processes are granted no more reads than ACS allows', async () => {
  const { all } = rig(3);
  const taken = await Promise.all(Array.from({ length: 40 }, (_, index) => all[index % 3]?.take(['custom'], 1)));
  expect(taken.filter((it) => it?.granted === 1)).toHaveLength(25);
});

test('a read of an unknown kind is taken from both kinds, and only if both have one left', async () => {
  const { budget } = rig();
  expect(await budget.take(['custom', 'managed'], 12)).toMatchObject({ granted: 10 });
  expect(await budget.take(['managed'], 1)).toMatchObject({ granted: 0 });
  expect(await budget.take(['custom'], 20)).toMatchObject({ granted: 15 });
});

test('a pause stops reads of its kind in all processes until its end, and a shorter pause does not shorten it', async () => {
  const it = rig(2);
  const [one = it.budget, other = it.budget] = it.all;
  await one.pause('custom', NOW + 60_000);
  await other.pause('custom', NOW + 1000);
  it.now = NOW + 59_999;
  expect(await other.take(['custom'], 1)).toEqual({ granted: 0, nextOn: NOW + 60_000 });
  expect(await other.take(['managed'], 1)).toMatchObject({ granted: 1 });
  it.now = NOW + 60_000;
  expect(await other.take(['custom'], 1)).toMatchObject({ granted: 1 });
});
