import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import { numberRow, partitionOf } from '../../../shared/optouts/optOutTable.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { ANNA, BEN, isOut, NOW, received, rig, SENDER } from './fixtures.ts';

test('a number that sends STOP has opted out of the sender, and of no other, until it sends START', async () => {
  const { optOuts } = rig();
  expect(await optOuts.record(received('Stop'))).toBe('optedOut');
  expect(await optOuts.optedOut(SENDER, [BEN, ANNA])).toEqual(new Set([ANNA]));
  expect(await isOut(optOuts, '+18005550101')).toBe(false);
  expect(await optOuts.record(received('Start', { receivedOn: NOW + 1 }))).toBe('optedIn');
  expect(await isOut(optOuts)).toBe(false);
});

test('any other message changes nothing', async () => {
  const { optOuts } = rig();
  await optOuts.record(received('STOP'));
  expect(await optOuts.record(received('Thank you', { receivedOn: NOW + 1 }))).toBeUndefined();
  expect(await isOut(optOuts)).toBe(true);
});

const keyword = fc.record({
  message: fc.constantFrom('STOP', 'START', 'QUIT', 'UNSTOP', 'Hello'),
  from: fc.constantFrom(ANNA, BEN),
  receivedOn: fc.integer({ min: NOW, max: NOW + 3 }),
});

test('the last keyword counts, in any order, with repetitions and at the same time; of two with one time, the STOP', async () => {
  const words = fc.array(keyword, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(words, words, async (first, rest) => {
      const { all, optOuts } = rig(2);
      const [one = optOuts, other = optOuts] = all;
      for (const it of first) await one.record(received('', it));
      await Promise.all(rest.map((it, index) => (index % 2 ? one : other).record(received('', it))));
      const fresh = [...first, ...rest].filter(({ message }) => message !== 'Hello');
      const expected = [ANNA, BEN].filter((number) => {
        const own = fresh.filter(({ from }) => from === number);
        const last = Math.max(...own.map(({ receivedOn }) => receivedOn));
        return own.some((it) => it.receivedOn === last && ['STOP', 'QUIT'].includes(it.message));
      });
      for (const it of [one, other]) expect(await it.optedOut(SENDER, [ANNA, BEN])).toEqual(new Set(expected));
    }),
    { numRuns: 60 },
  );
});

test('a keyword from the future counts as one of now, and does not prevail over later ones', async () => {
  const it = rig();
  const far = Date.parse('2099-01-01T00:00:00Z');
  await it.optOuts.record(received('START', { receivedOn: far }));
  await it.optOuts.record(received('STOP', { receivedOn: it.now }));
  expect(await isOut(it.optOuts)).toBe(true);
  it.now += 1000;
  await it.optOuts.record(received('START', { receivedOn: it.now }));
  expect(await isOut(it.optOuts)).toBe(false);
  await it.optOuts.record(received('STOP', { receivedOn: far }));
  it.now += 1000;
  await it.optOuts.record(received('START', { receivedOn: it.now }));
  expect(await isOut(it.optOuts)).toBe(false);
});

test('a START that an older version stored with a time in the future does not prevail over a STOP', async () => {
  const it = rig();
  const changedOn = Date.parse('2099-01-01T00:00:00Z');
  const table = it.tables.table('smsoptouts');
  await table.insert(partitionOf(SENDER), numberRow(ANNA), { optedOut: false, changedOn });
  await it.optOuts.record(received('STOP', { receivedOn: it.now }));
  expect(await isOut(it.optOuts)).toBe(true);
});

test('concurrent opt-outs, received by several processes, are all recorded', async () => {
  const { all, optOuts } = rig(3);
  const numbers = Array.from({ length: 30 }, (_, index) => `+1425555${1000 + index}`);
  await Promise.all(numbers.map((from, index) => all[index % 3]?.record(received('STOP', { from }))));
  expect(await optOuts.optedOut(SENDER, numbers)).toEqual(new Set(numbers));
});

test('a keyword whose process died, or whose answer was lost, counts once when it is redelivered', async () => {
  const { tables } = new MemoryStorage();
  const table = tables.table('smsoptouts');
  const transact = table.transact.bind(table);
  const optOuts = createOptOuts(tables, () => NOW);
  table.transact = () => Promise.reject(new Error('the process dies'));
  await expect(optOuts.record(received('STOP'))).rejects.toThrow();
  expect(await isOut(createOptOuts(tables, () => NOW))).toBe(false);
  table.transact = async (...given) => {
    await transact(...given);
    throw new Error('the answer is lost');
  };
  await expect(optOuts.record(received('STOP'))).rejects.toThrow();
  table.transact = transact;
  expect(await optOuts.record(received('STOP'))).toBe('optedOut');
  expect(await isOut(createOptOuts(tables, () => NOW))).toBe(true);
});

test('reads storage once a second for each sender, however many callers there are', async () => {
  const it = rig();
  await Promise.all(Array.from({ length: 50 }, () => isOut(it.optOuts)));
  expect(it.lists).toBe(1);
  it.now += 499;
  await isOut(it.optOuts);
  expect(it.lists).toBe(1);
  it.now += 501;
  await Promise.all(Array.from({ length: 50 }, () => isOut(it.optOuts)));
  expect(it.lists).toBe(2);
});

test('another process knows of an opt-out after a second', async () => {
  const it = rig(2);
  const [one = it.optOuts, other = it.optOuts] = it.all;
  await isOut(other);
  await one.record(received('STOP'));
  expect(await isOut(one)).toBe(true);
  expect(await isOut(other)).toBe(false);
  it.now += 1000;
  expect(await isOut(other)).toBe(true);
  await one.record(received('START', { receivedOn: NOW + 1 }));
  it.now += 1000;
  expect(await isOut(other)).toBe(false);
});

test('an alphanumeric sender, to which no one can reply, has the opt-outs that were added for it', async () => {
  const it = rig();
  await it.optOuts.set('CONTOSO', [ANNA], { optedOut: true, changedOn: NOW });
  expect(await it.optOuts.optedOut('CONTOSO', [ANNA, BEN])).toEqual(new Set([ANNA]));
  for (const spelling of ['Contoso', ' contoso', 'CONTOSO ']) expect(await isOut(it.optOuts, spelling)).toBe(true);
  expect(await isOut(it.optOuts, 'Contoso 1')).toBe(false);
});

describe('choices through the API', () => {
  const numbers = Array.from({ length: 120 }, (_, index) => `+1425555${1000 + index}`);

  test('are recorded for many numbers, in few transactions, and listed', async () => {
    const { tables } = new MemoryStorage();
    const transact = vi.spyOn(tables.table('smsoptouts'), 'transact');
    const optOuts = createOptOuts(tables, () => NOW);
    const repeated = numbers.flatMap((number) => [number, number]);
    await optOuts.set(SENDER, repeated, { optedOut: true, changedOn: NOW });
    expect(await optOuts.optedOut(SENDER, numbers)).toEqual(new Set(numbers));
    for (const [, changes] of transact.mock.calls) {
      expect(changes.length).toBeLessThanOrEqual(100);
      expect(new Set(changes.map(({ rowKey }) => rowKey)).size).toBe(changes.length);
    }
    expect(transact.mock.calls.filter(([partition]) => partition === partitionOf(SENDER))).toHaveLength(3);
    const query = { sender: SENDER, maySee: () => true, pageSize: 1000, after: undefined };
    expect((await optOuts.list(query)).value.map(({ number }) => number)).toEqual(numbers);
  });

  test('cause no write where nothing changes', async () => {
    const { tables } = new MemoryStorage();
    const transact = vi.spyOn(tables.table('smsoptouts'), 'transact');
    const optOuts = createOptOuts(tables, () => NOW);
    await optOuts.set(SENDER, numbers, { optedOut: true, changedOn: NOW });
    const before = transact.mock.calls.length;
    expect(before).toBeGreaterThan(0);
    await optOuts.set(SENDER, numbers, { optedOut: true, changedOn: NOW });
    expect(transact).toHaveBeenCalledTimes(before);
  });

  test('and keywords: the last one counts, in whatever order they arrive', async () => {
    const { optOuts } = rig();
    await optOuts.set(SENDER, [ANNA, BEN], { optedOut: false, changedOn: NOW + 1 });
    await optOuts.record(received('STOP', { receivedOn: NOW }));
    expect(await isOut(optOuts)).toBe(false);
    await optOuts.record(received('STOP', { receivedOn: NOW + 2 }));
    await optOuts.set(SENDER, [ANNA], { optedOut: false, changedOn: NOW + 1 });
    expect(await isOut(optOuts)).toBe(true);
    await optOuts.set(SENDER, [ANNA], { optedOut: false, changedOn: NOW + 3 });
    expect(await isOut(optOuts)).toBe(false);
  });

  test('of several processes at once are all recorded', async () => {
    const { all, optOuts } = rig(3);
    const parts = [numbers.slice(0, 40), numbers.slice(40, 80), numbers.slice(80)];
    const choice = { optedOut: true, changedOn: NOW };
    await Promise.all(parts.map((part, index) => all[index]?.set(SENDER, part, choice)));
    for (const it of [optOuts, ...all]) expect(await it.optedOut(SENDER, numbers)).toEqual(new Set(numbers));
  });

  test('reach other processes within a second', async () => {
    const it = rig(2);
    const [one = it.optOuts, other = it.optOuts] = it.all;
    expect(await isOut(other)).toBe(false);
    await one.set(SENDER, [ANNA], { optedOut: true, changedOn: it.now });
    expect(await isOut(one)).toBe(true);
    it.now += 1000;
    expect(await isOut(other)).toBe(true);
  });
});

test('a repeated STOP does not make the log longer', async () => {
  const { tables, optOuts } = rig();
  for (let time = 0; time < 5; time += 1) await optOuts.record(received('STOP', { receivedOn: NOW + time }));
  const log: string[] = [];
  for await (const { rowKey } of tables
    .table('smsoptouts')
    .list(`sender-${encodeURIComponent(SENDER)}`, { from: 'log-', before: 'log.' })) {
    log.push(rowKey);
  }
  expect(log).toEqual(['log-000000000001']);
});
