import { beforeAll, describe, expect, inject, test } from 'vitest';
import { signedFetch } from '../../infra/local/client/signedFetch.ts';
import type { SmsBatch } from '../../shared/contract/smsBatch.ts';
import { smsBatchPage, smsBatchResultPage } from '../../shared/contract/smsBatch.ts';
import { over, resultsOf, submitted, targetOf } from '../setup/batches.ts';
import { PACED_CHUNK_SIZE, recipientsOf, uniquePacedSender, uniqueSender } from '../setup/names.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const connection = connectionOf(stack.switchboard);

describe('the results of a batch', () => {
  const recipients = recipientsOf(230);
  let id: string;
  beforeAll(async () => {
    ({ id } = await submitted(connection, { from: uniqueSender(), message: 'Hello', recipients }));
    await over(connection, id);
  });

  const page = async (query: string) => {
    const { body } = await call(connection, { method: 'GET', target: `/sms/batches/${id}/results?${query}` });
    return smsBatchResultPage.parse(body);
  };

  test.each([1000, 230, 229, 100, 99, 7])('are listed in the order of the submission, %i per page', async (size) => {
    const results = await resultsOf(connection, id, `maxPageSize=${size}`);
    expect(results.map(({ to }) => to)).toEqual(recipients);
  });

  test('are limited to the requested number, with a link to the rest', async () => {
    const first = await page('maxPageSize=100');
    expect(first.value).toHaveLength(100);
    const { pathname, origin } = new URL(first.nextLink ?? '');
    expect([origin, pathname]).toEqual([stack.switchboard, `/sms/batches/${id}/results`]);
    expect((await page('maxPageSize=230')).nextLink).toBeUndefined();
  });

  test('can be filtered by state', async () => {
    expect(await resultsOf(connection, id, 'state=accepted&maxPageSize=50')).toHaveLength(230);
    expect(await resultsOf(connection, id, 'state=failed')).toEqual([]);
  });

  test('are available as CSV, by page', async () => {
    const rows: string[][] = [];
    for (let target = `/sms/batches/${id}/results?maxPageSize=100`; target !== ''; ) {
      const response = await signedFetch(connection, { method: 'GET', target, headers: { accept: 'text/csv' } });
      expect(response.headers.get('content-type')).toContain('text/csv');
      const [header, ...lines] = (await response.text()).trimEnd().split('\r\n');
      expect(header).toBe('to,state,messageId,httpStatusCode,errorMessage,deliveryStatus,deliveryDetails,deliveredOn');
      rows.push(...lines.map((line) => line.split(',')));
      const [, link] = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '') ?? [];
      target = link === undefined ? '' : targetOf(link);
    }
    expect(rows.map(([to]) => to)).toEqual(recipients);
    expect(new Set(rows.map(([, state]) => state))).toEqual(new Set(['accepted']));
  });

  test.each(['state=unknown', 'maxPageSize=0', 'maxPageSize=10001', 'after=-1', 'stage=failed'])(
    'are not to be had with %s',
    async (query) => {
      const { status } = await call(connection, { method: 'GET', target: `/sms/batches/${id}/results?${query}` });
      expect(status).toBe(400);
    },
  );

  test('of a running batch include pending recipients', async () => {
    const body = { from: uniquePacedSender(), message: 'Hello', recipients: recipientsOf(PACED_CHUNK_SIZE + 5) };
    const paced = await submitted(connection, body);
    const pending = await resultsOf(connection, paced.id, 'state=pending');
    expect(pending.length).toBeGreaterThanOrEqual(5);
    expect(pending.slice(-5)).toEqual(body.recipients.slice(-5).map((to) => ({ to, state: 'pending' })));
    await call(connection, { method: 'POST', target: `/sms/batches/${paced.id}:cancel` });
  });
});

describe('the list of batches', () => {
  const own = connectionOf(stack.switchboard, 'batches');
  const made: SmsBatch[] = [];
  beforeAll(async () => {
    for (let count = 1; count <= 5; count += 1) {
      const body = { from: '+18005550110', message: `Batch ${count}`, recipients: recipientsOf(count) };
      made.unshift(await submitted(own, body));
    }
  });

  const list = async (target: string) => smsBatchPage.parse((await call(own, { method: 'GET', target })).body);

  test.each([1, 2, 5, 20])('contains the caller’s own batches, newest first, %i per page', async (size) => {
    const ids: (string | undefined)[] = [];
    for (let target = `/sms/batches?maxPageSize=${size}`; target !== ''; ) {
      const { value, nextLink } = await list(target);
      expect(value.length).toBeLessThanOrEqual(size);
      ids.push(...value.map(({ id }) => id));
      target = nextLink === undefined ? '' : targetOf(nextLink);
    }
    expect(ids).toEqual(made.map(({ id }) => id));
  });

  test('contains the same as each batch alone', async () => {
    const [newest] = made;
    await over(own, newest?.id ?? '');
    const { value } = await list('/sms/batches?maxPageSize=1');
    const alone = await call(own, { method: 'GET', target: `/sms/batches/${newest?.id}` });
    expect(value).toEqual([alone.body]);
  });

  test('is empty for another client, which cannot read the batches either', async () => {
    const [batch] = made;
    const other = connectionOf(stack.switchboard, 'everything');
    const all = smsBatchPage.parse((await call(other, { method: 'GET', target: '/sms/batches?maxPageSize=100' })).body);
    expect(all.value.map(({ id }) => id)).not.toContain(batch?.id);
    const target = `/sms/batches/${batch?.id}`;
    const answers = [
      await call(other, { method: 'GET', target }),
      await call(other, { method: 'GET', target: `${target}/results` }),
      await call(other, { method: 'POST', target: `${target}:cancel` }),
      await call(other, { method: 'POST', target: `${target}:redrive` }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  test.each(['maxPageSize=0', 'maxPageSize=101', 'top=5'])('rejects %s', async (query) => {
    expect((await call(own, { method: 'GET', target: `/sms/batches?${query}` })).status).toBe(400);
  });
});
