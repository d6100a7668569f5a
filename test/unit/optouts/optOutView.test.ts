import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createOptOuts, OptOutView } from '../../../shared/optouts/optOuts.ts';
import { allRows, type Table } from '../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { ANNA, NOW, received, SENDER } from './fixtures.ts';

/** A view whose reads show the log as it was when they began, and return when the test lets them. */
function rig() {
  const { tables } = new MemoryStorage();
  const table = tables.table('smsoptouts');
  const reads: Array<() => void> = [];
  const slow: Table = Object.assign(Object.create(table) as typeof table, {
    list: async function* (...range: Parameters<Table['list']>) {
      const rows = await allRows(table.list(...range));
      await new Promise<void>((resolve) => reads.push(resolve));
      yield* rows;
    },
  });
  const view = new OptOutView(slow, () => NOW);
  const recorder = createOptOuts(tables, () => NOW + 1000);
  return {
    finish: (read: number) => reads[read]?.(),
    /** Begins a read; resolves once it has seen the log. */
    begin: async () => {
      const before = reads.length;
      const numbers = view.numbers(SENDER);
      for (let turns = 0; reads.length === before && turns < 100; turns += 1) await setImmediate();
      return { numbers, hasRead: reads.length > before };
    },
    ask: () => view.numbers(SENDER),
    record: async (keyword: 'STOP' | 'START', receivedOn: number) => {
      await recorder.record(received(keyword, { receivedOn }));
      view.forget(SENDER);
    },
  };
}

describe('a read that began before a STOP was recorded', () => {
  test('is not shared with later callers', async () => {
    const it = rig();
    await it.begin();
    await it.record('STOP', NOW);
    const later = await it.begin();
    expect(later.hasRead).toBe(true);
    it.finish(0);
    it.finish(1);
    expect([...(await later.numbers)]).toEqual([ANNA]);
  });

  test('is not cached when it returns', async () => {
    const it = rig();
    const early = await it.begin();
    await it.record('STOP', NOW);
    it.finish(0);
    await early.numbers;
    const later = await it.begin();
    expect(later.hasRead).toBe(true);
    it.finish(1);
    expect([...(await later.numbers)]).toEqual([ANNA]);
  });

  test('never reverts a later read, whenever it returns', async () => {
    const it = rig();
    await it.record('STOP', NOW);
    const early = await it.begin();
    await it.record('START', NOW + 1);
    await it.record('STOP', NOW + 2);
    await it.record('START', NOW + 3);
    const later = await it.begin();
    it.finish(1);
    expect([...(await later.numbers)]).toEqual([]);
    it.finish(0);
    await early.numbers;
    expect([...(await it.ask())]).toEqual([]);
  });
});

test('concurrent callers share one read', async () => {
  const it = rig();
  const first = await it.begin();
  const second = await it.begin();
  expect(second.hasRead).toBe(false);
  it.finish(0);
  expect(await second.numbers).toBe(await first.numbers);
});

test('callers after a STOP share the read that started after it', async () => {
  const it = rig();
  const early = await it.begin();
  await it.record('STOP', NOW);
  const later = await it.begin();
  it.finish(0);
  await early.numbers;
  const last = await it.begin();
  expect(last.hasRead).toBe(false);
  it.finish(1);
  expect(await last.numbers).toBe(await later.numbers);
});
