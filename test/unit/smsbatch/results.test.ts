import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RECIPIENT_STATES, type RecipientState, type SmsBatchResult } from '../../../shared/contract/smsBatch.ts';
import { cancelBatch } from '../../../shared/smsbatch/cancellation.ts';
import { batchResults, resultsCsv } from '../../../shared/smsbatch/results.ts';
import { accepted, batchOf, CLIENT, FROM, ID, numbers, type Rig, refused, rig, send, split } from './fixtures.ts';

async function pages(it: Rig, state: RecipientState | undefined, pageSize: number): Promise<SmsBatchResult[]> {
  const batch = await batchOf(it);
  const all: SmsBatchResult[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { value, next }: Awaited<ReturnType<typeof batchResults>> = await batchResults(it.context, batch, {
      ...{ state, pageSize, from },
    });
    expect(value.length).toBeLessThanOrEqual(pageSize);
    if (next !== undefined) expect(next).toBeGreaterThan(from);
    all.push(...value);
    from = next;
  }
  return all;
}

/** A batch in which some chunks are done, with some refused, and others wait. */
async function mixed(total: number, chunks: readonly number[]): Promise<Rig> {
  const it = rig({ [FROM]: 7 });
  await split(it, { recipients: numbers(total) });
  for (const chunk of chunks) {
    it.replies.push(({ smsRecipients }) =>
      smsRecipients.map((to, index) => (index % 3 === 1 ? refused(to.to, 400) : accepted(to))),
    );
    await send(it, chunk);
  }
  return it;
}

test('all pages together contain each recipient once, in order, for any page size and state', async () => {
  const args = fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.uniqueArray(fc.nat(5), { maxLength: 5 }),
    fc.integer({ min: 1, max: 50 }),
  );
  await fc.assert(
    fc.asyncProperty(args, fc.boolean(), async ([total, done, pageSize], isCanceled) => {
      const it = await mixed(
        total,
        done.filter((chunk) => chunk * 7 < total),
      );
      if (isCanceled) await cancelBatch(it.context, CLIENT, ID).catch(() => undefined);
      const all = await pages(it, undefined, pageSize);
      expect(all.map(({ to }) => to)).toEqual(numbers(total));
      for (const state of RECIPIENT_STATES) {
        expect(await pages(it, state, pageSize)).toEqual(all.filter((result) => result.state === state));
      }
    }),
    { numRuns: 25 },
  );
});

test('searches a long batch in several pages, completely', async () => {
  const it = rig({ [FROM]: 100_000 });
  const recipients = numbers(100_500);
  await split(it, { recipients });
  const batch = await batchOf(it);
  expect(batch.chunkCount).toBe(101);
  const first = await batchResults(it.context, batch, { state: 'accepted', pageSize: 10, from: 0 });
  expect(first).toEqual({ value: [], next: 96_000 });
  await send(it, 100);
  expect(await pages(it, 'accepted', 300)).toMatchObject(recipients.slice(100_000).map((to) => ({ to })));
});

test('returns message ids and errors, and which recipients were canceled', async () => {
  const it = await mixed(14, [0]);
  await cancelBatch(it.context, CLIENT, ID);
  const all = await pages(it, undefined, 100);
  const [a = '', b = ''] = numbers(2);
  expect(all[0]).toEqual({ to: a, state: 'accepted', messageId: `Outgoing_${a}` });
  expect(all[1]).toEqual({ to: b, state: 'failed', httpStatusCode: 400, errorMessage: 'refused with 400' });
  expect(all.slice(7).every(({ state }) => state === 'canceled')).toBe(true);
});

test('formats CSV with a header, and with quotes where needed', () => {
  const delivery = { status: 'Delivered', details: 'on, and "on"', receivedOn: '2026-01-15T08:30:00.000Z' } as const;
  const results: SmsBatchResult[] = [
    { to: '+1', state: 'accepted', messageId: 'm', delivery },
    { to: '+2', state: 'failed', httpStatusCode: 400, errorMessage: 'a "b",\nc' },
    { to: '+3', state: 'optedOut', errorMessage: 'OptedOut' },
  ];
  const header = 'to,state,messageId,httpStatusCode,errorMessage,deliveryStatus,deliveryDetails,deliveredOn\r\n';
  expect(resultsCsv(results)).toBe(
    `${header}+1,accepted,m,,,Delivered,"on, and ""on""",2026-01-15T08:30:00.000Z\r\n` +
      '+2,failed,,400,"a ""b"",\nc",,,\r\n+3,optedOut,,,OptedOut,,,\r\n',
  );
  expect(resultsCsv([])).toBe(header);
});

const csvOf = (errorMessage: string) =>
  resultsCsv([{ to: '+14255550100', state: 'failed', errorMessage }]).split('\r\n')[1];

// https://owasp.org/www-community/attacks/CSV_Injection
test.each([
  ['=1+1', "'=1+1"],
  ['+1+1', "'+1+1"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['\n=1', '"\'\n=1"'],
  ['\uFF1D1', "'\uFF1D1"],
  ['=HYPERLINK("https://a.example","x")', `"'=HYPERLINK(""https://a.example"",""x"")"`],
  ['+14255550100 is blocked', "'+14255550100 is blocked"],
  ['+14255550100', '+14255550100'],
  ['a=b', 'a=b'],
])('%j is not a formula for a spreadsheet', (message, cell) => {
  expect(csvOf(message)).toBe(`+14255550100,failed,,,${cell},,,`);
});
