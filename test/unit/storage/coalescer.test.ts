import { expect, test } from 'vitest';
import { Coalescer } from '../../../shared/storage/coalescer.ts';

/** Runs that end when they are told to. */
function runs() {
  const gathering = new Coalescer<number, string>();
  const begun: { readonly items: readonly number[]; end(): void; fail(): void }[] = [];
  const run = (items: readonly number[]) =>
    new Promise<string>((resolve, reject) => {
      begun.push({ items, end: () => resolve(items.join()), fail: () => reject(new Error(items.join())) });
    });
  return { begun, add: (item: number, key = 'key') => gathering.add(key, item, run) };
}

const turn = () => new Promise(setImmediate);

test('what comes while a run is under way goes together in the next; each waits for its own', async () => {
  const { begun, add } = runs();
  const first = add(1);
  await turn();
  const rest = [2, 3, 4].map((item) => add(item));
  await turn();
  expect(begun.map(({ items }) => items)).toEqual([[1]]);
  begun[0]?.end();
  expect(await first).toBe('1');
  await turn();
  expect(begun.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
  const late = add(5);
  begun[1]?.end();
  expect(await Promise.all(rest)).toEqual(['2,3,4', '2,3,4', '2,3,4']);
  await turn();
  begun[2]?.end();
  expect(await late).toBe('5');
});

test('a failure is told to all of its run, and to nobody else', async () => {
  const { begun, add } = runs();
  const failing = [1, 2].map((item) => add(item));
  await turn();
  const next = add(3);
  begun[0]?.fail();
  const outcomes = await Promise.allSettled(failing);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await turn();
  begun[1]?.end();
  expect(await next).toBe('3');
});

test('keys do not wait for each other', async () => {
  const { begun, add } = runs();
  const all = [add(1, 'a'), add(2, 'b')];
  await turn();
  expect(begun).toHaveLength(2);
  for (const it of begun) it.end();
  expect(await Promise.all(all)).toEqual(['1', '2']);
});
