import { expect, test } from 'vitest';
import { listSmsBatches } from '../../../../functions/sms/listSmsBatches.ts';
import { smsBatchPage } from '../../../../shared/contract/smsBatch.ts';
import { anyOperation, KEYS, NOW } from '../../operation/fixtures.ts';
import { type BatchShop, batchShop } from './batchShop.ts';

const OPERATION = anyOperation(listSmsBatches);

const list = ({ http }: BatchShop, query = '', key = KEYS.shop) =>
  http(OPERATION, { target: `/sms/batches?api-version=2024-03-15${query}`, params: {}, key });

/** A batch every ten seconds. @returns their ids, newest first */
async function withBatches(it: BatchShop, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    it.clock.date = new Date(NOW.getTime() + index * 10_000);
    ids.unshift(await it.submit());
  }
  return ids;
}

test('lists the newest batches first, with links from page to page', async () => {
  const it = batchShop();
  const ids = await withBatches(it, 3);
  const first = smsBatchPage.parse((await list(it, '&maxPageSize=2')).body);
  expect(first.value.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const { pathname, searchParams } = new URL(first.nextLink ?? '');
  expect([pathname, searchParams.get('maxPageSize')]).toEqual(['/sms/batches', '2']);
  const last = smsBatchPage.parse((await list(it, `&maxPageSize=2&after=${searchParams.get('after')}`)).body);
  expect(last).toMatchObject({ value: [{ id: ids[2] }] });
  expect(last.nextLink).toBeUndefined();
});

test('has 20 batches on a page unless the client asks for another number', async () => {
  const it = batchShop();
  await withBatches(it, 21);
  const { value, nextLink } = smsBatchPage.parse((await list(it)).body);
  expect([value.length, nextLink === undefined]).toEqual([20, false]);
});

test('lists no batches of another client', async () => {
  const it = batchShop();
  await withBatches(it, 1);
  expect(await list(it, '', KEYS.office)).toMatchObject({ status: 200, body: { value: [] } });
});
