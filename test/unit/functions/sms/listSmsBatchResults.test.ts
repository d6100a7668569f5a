import { expect, test } from 'vitest';
import { listSmsBatchResults } from '../../../../functions/sms/listSmsBatchResults.ts';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { smsBatchResultPage } from '../../../../shared/contract/smsBatch.ts';
import { anyOperation, KEYS } from '../../operation/fixtures.ts';
import { batchShop, refusesFirst } from './batchShop.ts';
import { numbers } from './limitedshop.ts';

const OPERATION = anyOperation(listSmsBatchResults);
const [FIRST, SECOND, THIRD] = numbers(3);

async function sentBatch() {
  const it = batchShop(refusesFirst);
  const id = await it.submitAndSplit(3);
  await it.work(sendSmsChunk);
  return { it, id };
}

test('lists the result of every recipient, page by page', async () => {
  const { it, id } = await sentBatch();
  const first = smsBatchResultPage.parse((await it.onBatch(OPERATION, id, { query: '&maxPageSize=2' })).body);
  expect(first.value).toMatchObject([
    { to: FIRST, state: 'failed' },
    { to: SECOND, state: 'accepted' },
  ]);
  const { pathname, searchParams } = new URL(first.nextLink ?? '');
  expect(pathname).toBe(`/sms/batches/${id}/results`);
  const query = `&maxPageSize=2&after=${searchParams.get('after')}`;
  const last = smsBatchResultPage.parse((await it.onBatch(OPERATION, id, { query })).body);
  expect(last).toMatchObject({ value: [{ to: THIRD, state: 'accepted' }] });
  expect(last.nextLink).toBeUndefined();
});

test('lists the recipients of one state, and keeps the state in the link', async () => {
  const { it, id } = await sentBatch();
  const { body } = await it.onBatch(OPERATION, id, { query: '&state=accepted&maxPageSize=1' });
  const { value, nextLink } = smsBatchResultPage.parse(body);
  expect(value.map(({ to }) => to)).toEqual([SECOND]);
  expect(new URL(nextLink ?? '').searchParams.get('state')).toBe('accepted');
});

test('is CSV for a client that prefers it, with the link in a header (RFC 8288)', async () => {
  const { it, id } = await sentBatch();
  const answer = await it.onBatch(OPERATION, id, { query: '&maxPageSize=2', headers: { accept: 'text/csv' } });
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
  expect(String(answer.body).split('\r\n')).toEqual([
    expect.stringMatching(/^to,state,/),
    expect.stringMatching(new RegExp(`^\\${FIRST},failed,`)),
    expect.stringMatching(new RegExp(`^\\${SECOND},accepted,`)),
    '',
  ]);
  expect(answer.headers['link']).toMatch(/^<https:\/\/.*after=.*>; rel="next"$/);
});

test('shows nothing of a batch of another client', async () => {
  const { it, id } = await sentBatch();
  expect(await it.onBatch(OPERATION, id, { key: KEYS.office })).toMatchObject({ status: 404 });
});
