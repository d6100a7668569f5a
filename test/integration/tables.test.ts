import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { createOldRows } from '../../shared/storage/oldrows.ts';
import { createTables, type Row } from '../../shared/storage/tables.ts';

const { storage = '' } = inject('stack');
const access = { kind: 'connection string', connectionString: storage } as const;
const tables = createTables(access);

/** Tables are named by letters and digits. */
const newTable = () => tables.table(`t${randomUUID().replaceAll('-', '')}`);

async function keysOf(rows: AsyncIterable<Row>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { rowKey } of rows) keys.push(rowKey);
  return keys;
}

const ALL = { from: '', before: '~' };

describe('a transaction', () => {
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
  const name = `t${randomUUID().replaceAll('-', '')}`;
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
