import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { createBlobs, type ListedBlob } from '../../shared/storage/blobs.ts';

const { storage = '' } = inject('stack');
const blobs = createBlobs({ kind: 'connection string', connectionString: storage });

async function listed(container: string): Promise<ListedBlob[]> {
  const found: ListedBlob[] = [];
  for await (const blob of blobs.list(container)) found.push(blob);
  return found;
}

test('blobs are listed with the time of their last writing, and are gone once removed', async () => {
  const container = `c${randomUUID()}`;
  const startedOn = Math.floor(Date.now() / 1000) * 1000; // HTTP dates are in whole seconds
  for (const name of ['1/a.json', '2/a.json', '2/b.json']) await blobs.write(container, name, '[]');
  const all = await listed(container);
  expect(all.map(({ name }) => name)).toEqual(['1/a.json', '2/a.json', '2/b.json']);
  expect(Math.min(...all.map(({ modifiedOn }) => modifiedOn))).toBeGreaterThanOrEqual(startedOn);
  await blobs.remove(container, '2/a.json');
  await blobs.remove(container, '2/a.json');
  expect((await listed(container)).map(({ name }) => name)).toEqual(['1/a.json', '2/b.json']);
  expect(await blobs.read(container, '2/a.json')).toBeUndefined();
  expect(await blobs.readRange(container, '2/a.json', 0, 1)).toBeUndefined();
});

test('a container that does not exist holds no blobs, and there is nothing to remove', async () => {
  const container = `c${randomUUID()}`;
  expect(await listed(container)).toEqual([]);
  await blobs.remove(container, 'a');
});

test('a name that could lead to another container is refused by every operation', async () => {
  const [container, other] = [`c${randomUUID()}`, `c${randomUUID()}`];
  await blobs.write(other, 'secret.json', '{}');
  await blobs.write(container, 'own.json', '{}');
  const name = `../${other}/secret.json`;
  const calls = [
    () => blobs.read(container, name),
    () => blobs.readRange(container, name, 0, 1),
    () => blobs.write(container, name, 'overwritten'),
    () => blobs.writeText(container, name, (async function* () {})()),
    () => blobs.remove(container, name),
  ];
  for (const call of calls) await expect(call()).rejects.toThrow(RangeError);
  expect((await blobs.read(other, 'secret.json'))?.toString()).toBe('{}');
});
