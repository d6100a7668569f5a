import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createServerSecret, serverSecretOf } from '../../../shared/secret/serverSecret.ts';
import { MemoryStorage, MemoryTable } from '../../setup/memoryStorage.ts';

/** A table that counts its calls and, as often as asked for, fails to read. */
class CountingTable extends MemoryTable {
  readonly calls: string[] = [];
  failures = 0;

  override async get(partitionKey: string, rowKey: string) {
    this.calls.push('get');
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('503 ServerBusy');
    }
    return super.get(partitionKey, rowKey);
  }

  override async insert(...row: Parameters<MemoryTable['insert']>) {
    this.calls.push('insert');
    return super.insert(...row);
  }
}

function storage() {
  const table = new CountingTable();
  return { table, tables: { table: () => table, backOff: async () => undefined } };
}

test('the first process creates the secret in two calls, the next ones read it in one', async () => {
  const { table, tables } = storage();
  const first = createServerSecret(tables);
  const id = (await first()).uuid('purpose', ['part']);
  expect(table.calls).toEqual(['get', 'insert']);
  const second = createServerSecret(tables);
  expect((await second()).uuid('purpose', ['part'])).toBe(id);
  await Promise.all([first(), second(), second()]);
  expect(table.calls).toEqual(['get', 'insert', 'get']);
});

test('processes that race for the first creation end up with one secret', async () => {
  const { tables } = new MemoryStorage();
  const racing = Array.from({ length: 20 }, () => createServerSecret(tables)());
  const ids = (await Promise.all(racing)).map((secret) => secret.uuid('purpose', []));
  expect(new Set(ids).size).toBe(1);
});

test('two installations have different secrets', async () => {
  const ids = await Promise.all(
    [new MemoryStorage(), new MemoryStorage()].map(async ({ tables }) =>
      (await createServerSecret(tables)()).uuid('purpose', []),
    ),
  );
  expect(new Set(ids).size).toBe(2);
});

test('a failed read is not cached, and calls at the same time share one', async () => {
  const { table, tables } = storage();
  table.failures = 1;
  const secret = createServerSecret(tables);
  const both = await Promise.allSettled([secret(), secret()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(table.calls).toEqual(['get']);
  await expect(secret()).resolves.toBeDefined();
});

test('a row that holds no secret of 32 bytes is refused, not used and not replaced', async () => {
  const { table, tables } = storage();
  await table.insert('secret', 'current', { secret: '' });
  await expect(createServerSecret(tables)()).rejects.toThrow('serversecret');
  expect((await table.get('secret', 'current'))?.values).toEqual({ secret: '' });
});

const secret = serverSecretOf(Buffer.alloc(32, 7));

test('an authentication code is the HMAC-SHA256 of purpose and parts in JSON', () => {
  const expected = createHmac('sha256', Buffer.alloc(32, 7)).update('["tag","b",1]').digest();
  expect(secret.mac('tag', ['b', 1])).toEqual(expected);
});

test('a UUID has version 8 and the variant of RFC 9562, and 122 bits of the code', () => {
  for (let index = 0; index < 100; index += 1) {
    const id = secret.uuid('wire', [index]);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const hex = secret.mac('wire', [index]).toString('hex');
    const free = (text: string) => text.slice(0, 12) + text.slice(13, 16) + text.slice(17, 32);
    expect(free(id.replaceAll('-', ''))).toBe(free(hex));
  }
});

test('many UUIDs at once are those of RFC 9562, each another one, and fewer of them are the first ones', () => {
  const ids = secret.uuids('wire', [1], 510);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set([...ids, secret.uuid('wire', [1])]).size).toBe(511);
  expect(secret.uuids('wire', [1], 3)).toEqual(ids.slice(0, 3));
  expect(() => secret.uuids('wire', [1], 511)).toThrow(RangeError);
});

test.each<[string, readonly (string | number)[], string, readonly (string | number)[]]>([
  ['a', ['b', 'c'], 'a', ['bc']],
  ['a', ['b', 'c'], 'a', ['b,c']],
  ['a', ['b"', '"c'], 'a', ['b', 'c']],
  ['a', ['1'], 'a', [1]],
  ['ab', ['c'], 'a', ['bc']],
  ['a', ['b'], 'a', ['b', '']],
  ['a', ['\ud800'], 'a', ['\ufffd']],
])('(%s, %j) and (%s, %j) never meet', (purpose, parts, otherPurpose, otherParts) => {
  expect(secret.mac(purpose, parts)).not.toEqual(secret.mac(otherPurpose, otherParts));
  expect(secret.uuids(purpose, parts, 1)).not.toEqual(secret.uuids(otherPurpose, otherParts, 1));
});
