import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { ALL_ROWS } from '../../../shared/storage/rowKeys.ts';
import { allRows, type Row, type RowValues, type Table } from '../../../shared/storage/tables.ts';
import { eventually } from '../../setup/eventually.ts';
import { uniqueQueue } from '../../setup/names.ts';
import { type Subject, withAzurite, withSimulation } from './subjects.ts';

const { storage: connectionString = '' } = inject('stack');

const SUBJECTS = {
  Azurite: (check: (subject: Subject) => Promise<void>) => withAzurite(connectionString, check),
  'the simulated storage': withSimulation,
};

const newTable = ({ storage }: Subject) => storage.tables.table(`t${randomUUID().replaceAll('-', '')}`);

/** The row that a table has. @throws Error if it has none */
async function rowOf(table: Table, rowKey: string): Promise<Row> {
  const row = await table.get('p', rowKey);
  if (!row) throw new Error(`There is no row ${rowKey}.`);
  return row;
}

const insert = (rowKey: string, values: RowValues = {}) => ({ kind: 'insert', rowKey, values }) as const;

const base64 = (text: string) => Buffer.from(text).toString('base64');

const status = (statusCode: number) => expect.objectContaining({ statusCode });

describe.each(Object.entries(SUBJECTS))('%s', (_name, check) => {
  // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
  test('keeps the values of a row', () =>
    check(async (subject) => {
      const table = newTable(subject);
      const values = { text: 'ä😀\u0007', empty: '', yes: true, no: false, whole: 7, zero: 0, negative: -3 };
      const numbers = { large: 1_767_225_600_123, fraction: 0.1, small: 1e-9 };
      await table.insert('p', 'a', { ...values, ...numbers });
      expect((await rowOf(table, 'a')).values).toEqual({ ...values, ...numbers });
    }));

  // https://learn.microsoft.com/rest/api/storageservices/insert-entity
  test('inserts a row once', () =>
    check(async (subject) => {
      const table = newTable(subject);
      expect(await table.get('p', 'a')).toBeUndefined();
      const etag = await table.insert('p', 'a', { n: 1 });
      expect(await rowOf(table, 'a')).toEqual({ rowKey: 'a', etag, values: { n: 1 } });
      expect(await table.insert('p', 'a', { n: 2 })).toBeUndefined();
      expect((await rowOf(table, 'a')).values).toEqual({ n: 1 });
    }));

  // https://learn.microsoft.com/rest/api/storageservices/update-entity2, …/merge-entity
  test.each(['replace', 'merge'] as const)('%ss the version that was read only', (mode) =>
    check(async (subject) => {
      const table = newTable(subject);
      await table.insert('p', 'a', { n: 1, other: 'kept' });
      const read = await rowOf(table, 'a');
      const etag = await table[mode]('p', { ...read, values: { n: 2 } });
      expect(etag).not.toBe(read.etag);
      const other = mode === 'merge' ? { other: 'kept' } : {};
      expect(await rowOf(table, 'a')).toEqual({ rowKey: 'a', etag, values: { n: 2, ...other } });
      expect(await table[mode]('p', { ...read, values: { n: 3 } })).toBeUndefined();
      expect(await table[mode]('p', { ...read, rowKey: 'missing' })).toBeUndefined();
      expect((await rowOf(table, 'a')).values['n']).toBe(2);
    }),
  );

  test('changes the ETag with every write, even of the same values', () =>
    check(async (subject) => {
      const table = newTable(subject);
      const etags = [await table.insert('p', 'a', {})];
      for (let count = 0; count < 3; count += 1) etags.push(await table.replace('p', await rowOf(table, 'a')));
      expect(new Set(etags).size).toBe(4);
    }));

  // https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
  test('makes all changes of a transaction or none', () =>
    check(async (subject) => {
      const table = newTable(subject);
      await table.transact('p', [insert('a', { n: 1 }), insert('b', { n: 1 })]);
      const a = await rowOf(table, 'a');
      const change = { kind: 'replace', ...a, values: { n: 2 } } as const;
      for (const failing of [insert('b'), { kind: 'remove', rowKey: 'missing' } as const]) {
        expect(await table.transact('p', [change, failing])).toBeUndefined();
      }
      expect(await table.transact('p', [insert('c'), { ...change, etag: `${a.etag.slice(0, -2)}x"` }])).toBeUndefined();
      expect(await allRows(table.list('p', ALL_ROWS))).toMatchObject([
        { rowKey: 'a', values: { n: 1 } },
        { rowKey: 'b', values: { n: 1 } },
      ]);
      const etags = await table.transact('p', [change, insert('c'), { kind: 'remove', rowKey: 'b' }]);
      expect(etags).toEqual([(await rowOf(table, 'a')).etag, (await rowOf(table, 'c')).etag, '']);
      expect(await table.get('p', 'b')).toBeUndefined();
    }));

  test('refuses a transaction of more than 100 rows, or with two changes of one row', () =>
    check(async (subject) => {
      const table = newTable(subject);
      const rows = Array.from({ length: 101 }, (_, index) => insert(`row-${index}`));
      expect(await table.transact('p', rows.slice(0, 100))).toHaveLength(100);
      await expect(table.transact('q', rows)).rejects.toEqual(status(400));
      await expect(table.transact('q', [insert('a'), insert('a')])).rejects.toEqual(expect.any(Error));
      expect(await allRows(table.list('q', ALL_ROWS))).toEqual([]);
    }));

  test('refuses a string that is too long', () =>
    check(async (subject) => {
      const table = newTable(subject);
      await table.insert('p', 'a', { text: 'x'.repeat(32_768) });
      await expect(table.insert('p', 'b', { text: 'x'.repeat(32_769) })).rejects.toEqual(status(400));
    }));

  // https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination
  test('lists rows in order, in pages of which each shows its own moment', () =>
    check(async (subject) => {
      const table = newTable(subject);
      const keys = Array.from({ length: 1100 }, (_, index) => `row-${String(index).padStart(4, '0')}`);
      for (let start = 0; start < keys.length; start += 100) {
        await table.transact(
          'p',
          keys.slice(start, start + 100).map((key) => insert(key)),
        );
      }
      const seen: string[] = [];
      for await (const { rowKey } of table.list('p', ALL_ROWS)) {
        if (seen.length === 0) {
          await table.insert('p', 'row-0000-late', {}); // in the page that is being read
          await table.insert('p', 'row-1099-late', {}); // in a later one
        }
        seen.push(rowKey);
      }
      expect(seen).toEqual([...keys, 'row-1099-late']);
    }));

  test('lists a range of a partition, some columns, up to a limit', () =>
    check(async (subject) => {
      const table = newTable(subject);
      await table.transact(
        'p',
        ['b', 'B', 'a', 'A', 'c', '0'].map((key) => insert(key, { n: 1, m: 2 })),
      );
      await table.insert('q', 'a', {});
      const keys = async (range: Parameters<Table['list']>[1]) =>
        (await allRows(table.list('p', range))).map(({ rowKey }) => rowKey);
      expect(await keys(ALL_ROWS)).toEqual(['0', 'A', 'B', 'a', 'b', 'c']);
      expect(await keys({ from: 'B', before: 'b' })).toEqual(['B', 'a']);
      expect(await keys({ from: 'A', before: '~', limit: 2 })).toEqual(['A', 'B']);
      const [row] = await allRows(table.list('p', { from: 'a', before: 'b', columns: ['m'] }));
      expect(row?.values).toEqual({ m: 2 });
      expect(await table.nextPartition('')).toBe('p');
      expect(await table.nextPartition('p')).toBe('q');
      expect(await table.nextPartition('q')).toBeUndefined();
    }));

  test('removes a row that is unchanged, if asked', () =>
    check(async (subject) => {
      const table = newTable(subject);
      await table.insert('p', 'a', {});
      const read = await rowOf(table, 'a');
      await table.replace('p', read);
      await table.remove('p', 'a', read.etag);
      expect(await table.get('p', 'a')).toBeDefined();
      await table.remove('p', 'a');
      await table.remove('p', 'a');
      expect(await table.get('p', 'a')).toBeUndefined();
    }));

  test('finds nothing in a table, queue or container that does not exist', () =>
    check(async (subject) => {
      const { storage, messages } = subject;
      const table = newTable(subject);
      expect(await table.get('p', 'a')).toBeUndefined();
      expect(await allRows(table.list('p', ALL_ROWS))).toEqual([]);
      expect(await table.nextPartition('')).toBeUndefined();
      await table.remove('p', 'a');
      expect(await messages.receive(uniqueQueue(), 1, 1)).toEqual([]);
      const container = `c-${randomUUID()}`;
      expect(await storage.blobs.read(container, 'a')).toBeUndefined();
      await storage.blobs.remove(container, 'a');
      expect(await collect(storage.blobs.list(container))).toEqual([]);
    }));

  test('finds old rows of all partitions', () =>
    check(async ({ storage }) => {
      const name = `t${randomUUID().replaceAll('-', '')}`;
      const table = storage.tables.table(name);
      const etags = [await table.insert('p', 'a', {}), await table.insert('q', 'b', {})];
      const hour = 3_600_000;
      expect(await collect(storage.oldRows.of(name, new Date(Date.now() + hour)))).toEqual([
        { partitionKey: 'p', rowKey: 'a', etag: etags[0] },
        { partitionKey: 'q', rowKey: 'b', etag: etags[1] },
      ]);
      expect(await collect(storage.oldRows.of(name, new Date(Date.now() - hour)))).toEqual([]);
    }));

  // https://learn.microsoft.com/rest/api/storageservices/get-messages
  test('hides a message that was received, and counts', () =>
    check(async ({ storage, messages }) => {
      const queue = uniqueQueue();
      await storage.queues.send(queue, 'ä😀');
      await storage.queues.send(queue, 'late', { delaySeconds: 3600 });
      await storage.queues.send(queue, base64('forwarded'), { encoding: 'none' });
      const received = await messages.receive(queue, 32, 3600);
      expect(received).toMatchObject([
        { text: base64('ä😀'), dequeueCount: 1 },
        { text: base64('forwarded'), dequeueCount: 1 },
      ]);
      expect(await messages.receive(queue, 32, 1)).toEqual([]);
    }));

  test('makes a message visible when its time has come', () =>
    check(async ({ storage, messages }) => {
      const queue = uniqueQueue();
      await storage.queues.send(queue, 'a', { delaySeconds: 1 });
      expect(await messages.receive(queue, 1, 1)).toEqual([]);
      const receive = () => eventually('it is visible', async () => (await messages.receive(queue, 1, 1))[0]);
      const [first, second] = [await receive(), await receive()];
      expect(second).toMatchObject({ id: first.id, dequeueCount: 2 });
      expect(second.popReceipt).not.toBe(first.popReceipt);
    }));

  // https://learn.microsoft.com/rest/api/storageservices/update-message, …/delete-message2
  test('accepts the last receipt of a message only', () =>
    check(async ({ storage, messages }) => {
      const queue = uniqueQueue();
      await storage.queues.send(queue, 'a');
      const [received] = await messages.receive(queue, 1, 3600);
      if (!received) throw new Error('Nothing was received.');
      const updated = await messages.update(queue, received, 0);
      expect(updated.popReceipt).not.toBe(received.popReceipt);
      await expect(messages.update(queue, received, 60)).rejects.toMatchObject({ code: 'PopReceiptMismatch' });
      await expect(messages.remove(queue, received)).rejects.toMatchObject({ code: 'PopReceiptMismatch' });
      const again = await eventually('it is visible', async () => (await messages.receive(queue, 1, 1))[0]);
      expect(again).toMatchObject({ id: received.id, dequeueCount: 2 });
      await expect(messages.remove(queue, updated)).rejects.toMatchObject({ statusCode: 400 });
      await messages.remove(queue, again);
      await expect(messages.remove(queue, again)).rejects.toMatchObject({ code: 'MessageNotFound', statusCode: 404 });
      await expect(messages.update(queue, again, 1)).rejects.toMatchObject({ code: 'MessageNotFound' });
    }));

  // https://learn.microsoft.com/rest/api/storageservices/put-message
  test('refuses messages that are too large, and delays that are too long', () =>
    check(async ({ storage, messages }) => {
      const queue = uniqueQueue();
      await messages.send(queue, 'x'.repeat(64 * 1024));
      await expect(messages.send(queue, 'x'.repeat(64 * 1024 + 1))).rejects.toEqual(status(413));
      const week = 7 * 24 * 60 * 60;
      await storage.queues.send(queue, 'a', { delaySeconds: week });
      await expect(storage.queues.send(queue, 'a', { delaySeconds: week + 1 })).rejects.toEqual(status(400));
      await expect(messages.receive(queue, 33, 1)).rejects.toEqual(status(400));
    }));

  // https://learn.microsoft.com/rest/api/storageservices/put-blob, …/get-blob, …/list-blobs
  test('keeps blobs', () =>
    check(async ({ storage: { blobs } }) => {
      const container = `c-${randomUUID()}`;
      expect(await blobs.write(container, 'b', 'first')).toMatch(new RegExp(`/${container}/b$`));
      await blobs.write(container, 'b', '0123456789');
      await blobs.write(container, 'a', Buffer.from([0, 255]));
      expect(await blobs.read(container, 'b')).toEqual(Buffer.from('0123456789'));
      expect(await blobs.readRange(container, 'b', 2, 3)).toEqual(Buffer.from('234'));
      expect(await blobs.read(container, 'missing')).toBeUndefined();
      const listed = await collect(blobs.list(container));
      expect(listed.map(({ name }) => name)).toEqual(['a', 'b']);
      expect(listed.map(({ modifiedOn }) => modifiedOn % 1000)).toEqual([0, 0]);
      await blobs.remove(container, 'a');
      await blobs.remove(container, 'a');
      expect(await blobs.read(container, 'a')).toBeUndefined();
    }));

  // https://learn.microsoft.com/rest/api/storageservices/put-block-list
  test('creates a blob of blocks at once, or not at all', () =>
    check(async ({ storage: { blobs } }) => {
      const container = `c-${randomUUID()}`;
      const line = `${'ä'.repeat(500)}\n`;
      await blobs.writeText(container, 'a', pieces(line, 2500));
      expect((await blobs.read(container, 'a'))?.toString()).toBe(line.repeat(2500));
      await expect(blobs.writeText(container, 'b', pieces(line, 2500, new Error('broken')))).rejects.toThrow('broken');
      expect(await blobs.read(container, 'b')).toBeUndefined();
      await blobs.writeText(container, 'empty', pieces('', 0));
      expect((await collect(blobs.list(container))).map(({ name }) => name)).toEqual(['a', 'empty']);
    }));
});

// https://learn.microsoft.com/azure/storage/tables/scalability-targets: Azurite accepts larger rows.
test('the simulated storage refuses a row of more than 1 MiB, of which a character takes two bytes', () =>
  withSimulation(async (subject) => {
    const table = newTable(subject);
    const columns = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, 'x'.repeat(32_000)]));
    await table.insert('p', 'a', columns(16));
    await expect(table.insert('p', 'b', columns(17))).rejects.toEqual(status(400));
    await expect(table.transact('p', [insert('c', columns(17))])).rejects.toEqual(status(400));
  }));

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* pieces(text: string, count: number, error?: Error): AsyncIterable<string> {
  for (let at = 0; at < count; at += 1) yield text;
  if (error) throw error;
}
