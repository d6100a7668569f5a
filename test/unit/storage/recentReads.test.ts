import { expect, test } from 'vitest';
import { RecentReads } from '../../../shared/storage/recentReads.ts';

/** Reads that count, and a clock. */
function reads() {
  const it = { now: 1_000_000, count: 0, answers: [] as Array<() => void> };
  const recent = new RecentReads<number>(() => it.now);
  const count = () => {
    it.count += 1;
    return it.count;
  };
  const get = () => recent.get('key', async () => count());
  const getSlowly = () =>
    recent.get('key', async () => {
      const value = count();
      await new Promise<void>((resolve) => it.answers.push(resolve));
      return value;
    });
  return { it, recent, get, getSlowly };
}

test('what was read within half a second is not read again', async () => {
  const { it, get } = reads();
  expect(await get()).toBe(1);
  it.now += 499;
  expect(await get()).toBe(1);
  it.now += 1;
  expect(await get()).toBe(2);
});

test('when the clock is set back, nothing that is known counts as fresh', async () => {
  const { it, get } = reads();
  await get();
  it.now -= 60_000;
  expect(await get()).toBe(2);
  expect(await get()).toBe(2);
  it.now += 500;
  expect(await get()).toBe(3);
});

test('while one reads afresh, the others go on with what is known, up to a second after it was read', async () => {
  const { it, get, getSlowly } = reads();
  await get();
  it.now += 500;
  const slow = getSlowly();
  expect(await get()).toBe(1);
  it.now += 500;
  expect(await get()).toBe(3); // that one may have died
  it.answers[0]?.();
  expect(await slow).toBe(2);
  expect(await get()).toBe(3);
});

test('what was written counts at once, also against a reading that began before it', async () => {
  const { it, recent, get, getSlowly } = reads();
  const slow = getSlowly();
  recent.set('key', 99);
  it.answers[0]?.();
  await slow;
  expect(await get()).toBe(99);
  recent.forget('key');
  expect(await get()).toBe(2);
});

test('a reading that began before a value was forgotten is not remembered', async () => {
  const { it, recent, get, getSlowly } = reads();
  const slow = getSlowly();
  recent.forget('key');
  it.answers[0]?.();
  expect(await slow).toBe(1);
  expect(await get()).toBe(2);
});

test('a reading that outlives what was written in the meantime is not remembered', async () => {
  const { it, recent, get, getSlowly } = reads();
  const slow = getSlowly();
  recent.set('key', 99);
  it.now += 1000;
  recent.set('other', 1); // what is too old goes
  it.answers[0]?.();
  expect(await slow).toBe(1);
  expect(await get()).toBe(2);
});

test('of two readings of one key, a write invalidates both', async () => {
  const { it, recent, get, getSlowly } = reads();
  const slow = [getSlowly(), getSlowly()];
  recent.forget('key');
  for (const answer of it.answers) answer();
  expect(await Promise.all(slow)).toEqual([1, 2]);
  expect(await get()).toBe(3);
});

test('a write invalidates no reading of another key', async () => {
  const { it, recent, get, getSlowly } = reads();
  const slow = getSlowly();
  recent.forget('other');
  it.answers[0]?.();
  await slow;
  expect(await get()).toBe(1);
});

test('the age of a value counts from when its reading began', async () => {
  const { it, get, getSlowly } = reads();
  const slow = getSlowly();
  it.now += 400;
  it.answers[0]?.();
  await slow;
  it.now += 99;
  expect(await get()).toBe(1);
  it.now += 1;
  expect(await get()).toBe(2);
});

test('a failure is not remembered', async () => {
  const { recent, get } = reads();
  await expect(recent.get('key', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await get()).toBe(1);
});
