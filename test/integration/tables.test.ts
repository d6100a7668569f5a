import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { SwitchboardError } from '../../shared/contract/switchboardError.ts';
import { retryConflicts } from '../../shared/storage/optimistic.ts';
import { createOldRows, createTables, type Row, type Table, writeRow } from '../../shared/storage/tables.ts';

const { storage = '' } = inject('stack');
const access = { kind: 'connection string', connectionString: storage } as const;
const tables = createTables(access);

/** Tables are named by letters and digits. */
const newTableName = () => `t${randomUUID().replaceAll('-', '')}`;
const newTable = () => tables.table(newTableName());

async function keysOf(rows: AsyncIterable<Row>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { rowKey } of rows) keys.push(rowKey);
  return keys;
}

const ALL = { from: '', before: '~' };

describe('a transaction', () => {
  test('keeps every character of a text, also those that end a line', async () => {
    const table = newTable();
    const text = 'a\r\nb\u2028c\u2029d\u0085e\u001bf"g\\u2028h😀';
    await table.transact('p', [{ kind: 'insert', rowKey: 'a', values: { text } }]);
    expect((await table.get('p', 'a'))?.values).toEqual({ text });
  });

  test('adds, replaces and takes away, all or nothing', async () => {
    const table = newTable();
    await table.transact('p', [
      { kind: 'insert', rowKey: 'a', values: { n: 1 } },
      { kind: 'insert', rowKey: 'b', values: { n: 1 } },
    ]);
    const { etag = '' } = (await table.get('p', 'a')) ?? {};
    const changes = [
      { kind: 'replace', rowKey: 'a', values: { n: 2 }, etag },
      { kind: 'remove', rowKey: 'b' },
      { kind: 'insert', rowKey: 'c', values: { n: 2 } },
    ] as const;
    expect(await table.transact('p', changes)).toHaveLength(3);
    expect(await keysOf(table.list('p', ALL))).toEqual(['a', 'c']);
    expect(await table.transact('p', changes)).toBeUndefined();
    expect((await table.get('p', 'a'))?.values).toEqual({ n: 2 });
  });

  test('that replaces a row which has changed since it was read changes nothing', async () => {
    const table = newTable();
    const etag = (await table.insert('p', 'a', { n: 1 })) ?? '';
    await table.replace('p', { rowKey: 'a', values: { n: 2 }, etag });
    const changes = [
      { kind: 'insert', rowKey: 'b', values: {} },
      { kind: 'replace', rowKey: 'a', values: { n: 3 }, etag },
    ] as const;
    expect(await table.transact('p', changes)).toBeUndefined();
    expect((await table.get('p', 'a'))?.values).toEqual({ n: 2 });
    expect(await keysOf(table.list('p', ALL))).toEqual(['a']);
  });

  test('that would take away what is not there changes nothing', async () => {
    const table = newTable();
    await table.insert('p', 'a', { n: 1 });
    const changes = [
      { kind: 'insert', rowKey: 'b', values: {} },
      { kind: 'remove', rowKey: 'x' },
    ] as const;
    expect(await table.transact('p', changes)).toBeUndefined();
    expect(await keysOf(table.list('p', ALL))).toEqual(['a']);
  });
});

test('rows are found by their age, in every partition; a table that is not there has none', async () => {
  const name = newTableName();
  const oldRows = createOldRows(access);
  for await (const _ of oldRows.of(name, new Date())) expect.fail('there is no such table');
  for (const partition of ['p', 'q']) await tables.table(name).insert(partition, 'a', {});
  const found = async (than: number) => {
    const rows: string[] = [];
    for await (const { partitionKey, rowKey } of oldRows.of(name, new Date(than)))
      rows.push(`${partitionKey}/${rowKey}`);
    return rows.toSorted((one, other) => one.localeCompare(other));
  };
  expect(await found(Date.now() + 60_000)).toEqual(['p/a', 'q/a']);
  expect(await found(Date.now() - 60_000)).toEqual([]);
});

describe('a row that many change', () => {
  const count = (row: Row | undefined) => Number(row?.values['count'] ?? 0);

  /** Counts the row up, or creates it, where nothing changes it before the write. */
  async function increment(table: Table, beforeWrite: () => Promise<unknown> = async () => undefined) {
    const row = await table.get('p', 'counter');
    await beforeWrite();
    return writeRow(table, 'p', { rowKey: 'counter', values: { count: count(row) + 1 }, etag: row?.etag });
  }

  /** Repeats what was refused, as callers are asked to: on a busy machine, a writer may lose all of its attempts. */
  async function incrementSurely(table: Table): Promise<unknown> {
    try {
      return await retryConflicts(tables, () => increment(table));
    } catch (error) {
      if (error instanceof SwitchboardError && error.code === 'StorageContention') return incrementSurely(table);
      throw error;
    }
  }

  test('at the same time, by several processes, loses no change, nor do those that create it', async () => {
    const name = newTableName();
    const processes = Array.from({ length: 4 }, () => createTables(access).table(name));
    await Promise.all(Array.from({ length: 10 }, () => processes.map(incrementSurely)).flat());
    expect(count(await tables.table(name).get('p', 'counter'))).toBe(40);
  });

  test('is not overwritten by a writer that read it before it was changed, created or removed', async () => {
    const table = newTable();
    expect(await writeRow(table, 'p', { rowKey: 'r', values: {}, etag: undefined })).toBeDefined();
    expect(await writeRow(table, 'p', { rowKey: 'r', values: { by: 'a late one' }, etag: undefined })).toBeUndefined();
    const { etag } = (await table.get('p', 'r')) ?? {};
    expect(await writeRow(table, 'p', { rowKey: 'r', values: { by: 'the first' }, etag })).toBeDefined();
    expect(await writeRow(table, 'p', { rowKey: 'r', values: { by: 'a late one' }, etag })).toBeUndefined();
    expect((await table.get('p', 'r'))?.values).toEqual({ by: 'the first' });
    await table.remove('p', 'r');
    expect(await writeRow(table, 'p', { rowKey: 'r', values: { by: 'a late one' }, etag })).toBeUndefined();
    expect(await table.get('p', 'r')).toBeUndefined();
  });

  test('before every write of one of them is left as the others wrote it, and that one says why', async () => {
    const table = newTable();
    let others = 0;
    const interfere = async () => {
      await increment(table);
      others += 1;
    };
    const overtaken = retryConflicts({ backOff: async () => undefined }, () => increment(table, interfere));
    await expect(overtaken).rejects.toMatchObject({ code: 'StorageContention', status: 503, isTransient: true });
    expect(others).toBeGreaterThan(5);
    expect(count(await table.get('p', 'counter'))).toBe(others);
  });
});

describe('a list', () => {
  test('ends with its range and with its limit, whichever comes first', async () => {
    const table = newTable();
    for (const rowKey of ['a-1', 'a-2', 'a-3', 'b-1']) await table.insert('p', rowKey, { rowKey });
    expect(await keysOf(table.list('p', { from: 'a-', before: 'a.' }))).toEqual(['a-1', 'a-2', 'a-3']);
    expect(await keysOf(table.list('p', { from: 'a-', before: 'a.', limit: 2 }))).toEqual(['a-1', 'a-2']);
    expect(await keysOf(table.list('p', { from: 'a-2', before: 'b-2', limit: 9 }))).toEqual(['a-2', 'a-3', 'b-1']);
  });

  test('of a table that nobody has written to is empty', async () => {
    expect(await keysOf(newTable().list('p', ALL))).toEqual([]);
  });
});
