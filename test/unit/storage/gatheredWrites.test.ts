import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatheredWrites } from '../../../shared/storage/gatheredWrites.ts';
import type { RowVersion } from '../../../shared/storage/tables.ts';
import { writeRow } from '../../../shared/storage/tables.ts';
import { MemoryTable } from '../../setup/memoryStorage.ts';

const PARTITION = 'partition';

/** A table that counts its calls. */
function rig() {
  const table = new MemoryTable();
  const calls: string[] = [];
  const count = <Args extends unknown[], Result>(name: string, call: (...args: Args) => Result) => {
    return (...args: Args) => {
      calls.push(name);
      return call.apply(table, args);
    };
  };
  const single = { insert: table.insert, replace: table.replace };
  const { transact } = table;
  // `insert` and `replace` of the table in memory are transactions themselves.
  const plain = Object.assign(new MemoryTable(), { transact: transact.bind(table) });
  const watched = Object.assign(Object.create(table), {
    insert: count('insert', single.insert.bind(plain)),
    replace: count('replace', single.replace.bind(plain)),
    transact: count('transact', transact.bind(table)),
  }) as MemoryTable;
  return { table, calls, watched, writes: new GatheredWrites(watched) };
}

const row = (rowKey: string, values = {}, etag?: string): RowVersion => ({
  rowKey,
  values: { rowKey, ...values },
  etag,
});

test('rows written at the same time take one call', async () => {
  const { table, calls, writes } = rig();
  const rows = ['a', 'b', 'c'].map((key) => row(key));
  const etags = await Promise.all(rows.map((it) => writes.write(PARTITION, it)));
  expect(calls).toEqual(['transact']);
  for (const [index, { rowKey }] of rows.entries()) {
    expect(await table.get(PARTITION, rowKey)).toMatchObject({ rowKey, etag: etags[index] });
  }
});

test('a single row takes the cheaper call of its own', async () => {
  const { calls, writes } = rig();
  const etag = await writes.write(PARTITION, row('a'));
  await writes.write(PARTITION, row('a', {}, etag));
  expect(calls).toEqual(['insert', 'replace']);
});

test('a row that exists already does not hinder the others', async () => {
  const { table, writes } = rig();
  await table.insert(PARTITION, 'b', { by: 'another' });
  const etags = await Promise.all(['a', 'b', 'c'].map((key) => writes.write(PARTITION, row(key))));
  expect(etags).toEqual([expect.any(String), undefined, expect.any(String)]);
  expect((await table.get(PARTITION, 'b'))?.values).toEqual({ by: 'another' });
});

test('of two that write one row at the same time, the first does', async () => {
  const { table, writes } = rig();
  const rows = [row('a', { by: 'first' }), row('b'), row('a', { by: 'second' })];
  expect(await Promise.all(rows.map((it) => writes.write(PARTITION, it)))).toEqual([
    expect.any(String),
    expect.any(String),
    undefined,
  ]);
  expect((await table.get(PARTITION, 'a'))?.values).toMatchObject({ by: 'first' });
});

test('more rows than a transaction may have are written in several', async () => {
  const { calls, writes } = rig();
  const keys = Array.from({ length: 250 }, (_, index) => `row-${index}`);
  const etags = await Promise.all(keys.map((key) => writes.write(PARTITION, row(key))));
  expect(new Set(etags).size).toBe(250);
  expect(calls.length).toBeLessThan(10);
  expect(new Set(calls)).toEqual(new Set(['transact']));
});

test('rows too large for one transaction together are written by themselves', async () => {
  const { calls, writes } = rig();
  const large = { text: 'x'.repeat(900_000) };
  await Promise.all(Array.from({ length: 10 }, (_, index) => writes.write(PARTITION, row(`row-${index}`, large))));
  expect(calls).toEqual(Array.from({ length: 10 }, () => 'insert'));
});

test('an invalid row fails alone; when storage fails, all do, and nothing is written', async () => {
  const { table, watched, writes } = rig();
  const failure = (statusCode: number) => Object.assign(new Error(`status ${statusCode}`), { statusCode });
  const insert = watched.insert.bind(watched);
  watched.transact = async () => {
    throw failure(400);
  };
  watched.insert = async (partition, key, values) => {
    if (key === 'invalid') throw failure(400);
    return insert(partition, key, values);
  };
  const invalid = await Promise.allSettled(['a', 'invalid', 'b'].map((key) => writes.write(PARTITION, row(key))));
  expect(invalid.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  watched.transact = async () => {
    throw failure(503);
  };
  const down = await Promise.allSettled(['c', 'd'].map((key) => writes.write(PARTITION, row(key))));
  expect(down.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await table.get(PARTITION, 'c')).toBeUndefined();
});

test('a transaction that fails does not affect the rows of the others', async () => {
  const { table, watched, writes } = rig();
  const transact = watched.transact.bind(watched);
  let calls = 0;
  watched.transact = async (partition, changes) => {
    calls += 1;
    if (calls === 2) throw Object.assign(new Error('status 503'), { statusCode: 503 });
    return transact(partition, changes);
  };
  const keys = Array.from({ length: 96 }, (_, index) => `row-${index}`);
  const results = await Promise.allSettled(keys.map((key) => writes.write(PARTITION, row(key))));
  for (const [index, { status }] of results.entries()) {
    const isStored = (await table.get(PARTITION, keys[index] ?? '')) !== undefined;
    expect(status).toBe(isStored ? 'fulfilled' : 'rejected');
  }
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(64);
});

test('any writers leave what they would leave one after the other', async () => {
  const writer = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), isReplacement: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(writer, { maxLength: 12 }), async (writers) => {
      const [gathered, singly] = [new MemoryTable(), new MemoryTable()];
      const known = new Map<MemoryTable, Map<string, string | undefined>>();
      for (const table of [gathered, singly]) {
        known.set(table, new Map());
        for (const key of ['a', 'b']) known.get(table)?.set(key, await table.insert(PARTITION, key, { by: -1 }));
      }
      const rowOf = (table: MemoryTable, { key, isReplacement }: (typeof writers)[number], by: number) =>
        row(key, { by }, isReplacement ? (known.get(table)?.get(key) ?? 'W/"unknown"') : undefined);
      const writes = new GatheredWrites(gathered);
      const together = await Promise.all(writers.map((it, by) => writes.write(PARTITION, rowOf(gathered, it, by))));
      const oneByOne: (string | undefined)[] = [];
      for (const [by, it] of writers.entries()) oneByOne.push(await writeRow(singly, PARTITION, rowOf(singly, it, by)));
      // Which of two competing writers wins is open; that one does, and what it wrote is there, is not.
      for (const key of ['a', 'b', 'c', 'd']) {
        const wins = (results: readonly (string | undefined)[]) =>
          results.flatMap((etag, by) => (writers[by]?.key === key && etag !== undefined ? [by] : []));
        expect(wins(together)).toHaveLength(wins(oneByOne).length);
        const stored = await gathered.get(PARTITION, key);
        const [winner] = wins(together);
        if (winner !== undefined) expect(stored).toMatchObject({ etag: together[winner], values: { by: winner } });
      }
    }),
  );
});
