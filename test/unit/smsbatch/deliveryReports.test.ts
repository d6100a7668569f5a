import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SmsDeliveryReport } from '../../../shared/contract/acsEvent.ts';
import { smsBatchResultPage } from '../../../shared/contract/smsBatch.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createBatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { recordBatchReport } from '../../../shared/smsbatch/deliveryReports.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { batchResults } from '../../../shared/smsbatch/results.ts';
import { tagOf } from '../../../shared/smsbatch/send/requestIds.ts';
import { batchStatus } from '../../../shared/smsbatch/status.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import {
  batchOf,
  CLIENT,
  dyingOf,
  FROM,
  ID,
  numbers,
  type Rig,
  refused,
  rig,
  send,
  split,
  throwing,
} from './fixtures.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');

const tag = (chunk: number, id = ID) => tagOf(TEST_SECRET, { id, options: {} }, chunk);

function report(index: number, more: Partial<SmsDeliveryReport> = {}): SmsDeliveryReport {
  const to = numbers(index + 1)[index] ?? '';
  const facts = { messageId: `Outgoing_${to}`, from: FROM, to, tag: `${tag(0)} sale`, receivedOn: NOW } as const;
  return { ...facts, status: 'Delivered', details: 'Delivered to the handset', ...more };
}

const reportedEvents = (it: Rig) => it.events.filter((event) => event.startsWith('reported'));
const countsOf = async ({ context }: Rig) => (await batchStatus(context, CLIENT, ID)).counts;

async function sent(recipients = 3): Promise<Rig> {
  const it = rig();
  await split(it, { recipients: numbers(recipients) });
  await send(it);
  return it;
}

test('a report is counted, and returned with the recipient’s result', async () => {
  const it = await sent();
  expect(await recordBatchReport(it.context, report(0))).toBe(true);
  expect(await recordBatchReport(it.context, report(2, { status: 'Failed', details: '"no"' }))).toBe(true);
  expect(await countsOf(it)).toMatchObject({ accepted: 3, delivered: 1, undelivered: 1 });
  const page = await batchResults(it.context, await batchOf(it), { state: undefined, pageSize: 10, from: 0 });
  expect(smsBatchResultPage.parse({ value: page.value }).value.map(({ delivery }) => delivery)).toEqual([
    { status: 'Delivered', details: 'Delivered to the handset', receivedOn: '2026-01-15T08:30:00.000Z' },
    undefined,
    { status: 'Failed', details: '"no"', receivedOn: '2026-01-15T08:30:00.000Z' },
  ]);
});

test('a report that arrives before the results is recorded immediately', async () => {
  const it = rig();
  await split(it);
  const context = createBatchContext({
    ...it.context,
    acs: (id) => {
      const session = it.context.acs(id);
      const send: typeof session.send = async (request) => {
        for (const index of [0, 1, 2]) await recordBatchReport(it.context, report(index));
        return session.send(request);
      };
      return { ...session, send };
    },
  });
  await send({ ...it, context });
  expect(await countsOf(it)).toMatchObject({ accepted: 3, delivered: 3 });
  expect(reportedEvents(it)).toEqual([`reported ${ID}`]);
});

test.each([
  ['of a single message', { tag: 'sale' }],
  ['of a chunk that nobody has begun', { tag: tag(7) }],
  ['of another batch', { tag: tag(0, ID.replace('0', '1')) }],
])('a report %s does not belong to the batch', async (_, more) => {
  const it = await sent();
  expect(await recordBatchReport(it.context, report(0, more))).toBe(false);
  expect(await countsOf(it)).toMatchObject({ delivered: 0, undelivered: 0 });
});

test('a hundred concurrent reports in two processes need few writes and are all counted', async () => {
  const it = await sent(100);
  const other = createBatchContext(it.context);
  const table = it.storage.tables.table('smschunks');
  const transact = table.transact.bind(table);
  let writes = 0;
  table.transact = (...given) => {
    writes += 1;
    return transact(...given);
  };
  const all = numbers(100).map((_, index) => recordBatchReport(index % 2 ? it.context : other, report(index)));
  expect(new Set(await Promise.all(all))).toEqual(new Set([true]));
  expect(await countsOf(it)).toMatchObject({ accepted: 100, delivered: 100 });
  expect(writes).toBeLessThan(20);
  expect(reportedEvents(it).length).toBeGreaterThanOrEqual(1);
});

const some = fc.array(
  fc.record({
    index: fc.nat(4),
    status: fc.constantFrom('Delivered' as const, 'Failed' as const),
    receivedOn: fc.integer({ min: NOW, max: NOW + 3 }),
  }),
  { maxLength: 12 },
);

test('rows and counters do not depend on the order of reports', async () => {
  const cases = some.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  const outcome = async (reports: typeof some extends fc.Arbitrary<infer It> ? It : never) => {
    const it = await sent(5);
    for (const { index, ...more } of reports) await recordBatchReport(it.context, report(index, more));
    return [await countsOf(it), (await it.context.ledger.getDeliveries(ID, 0)).deliveries];
  };
  await fc.assert(
    fc.asyncProperty(cases, async ([one, other]) => {
      expect(await outcome(other)).toEqual(await outcome(one));
    }),
    { numRuns: 30 },
  );
});

test('reported is emitted once every accepted recipient has a report, regardless of failed recipients', async () => {
  const it = rig();
  await split(it);
  it.replies.push(({ smsRecipients }) =>
    smsRecipients.map(({ to }, index) =>
      index === 0 ? refused(to, 400) : { to, httpStatusCode: 202, successful: true, messageId: `Outgoing_${to}` },
    ),
  );
  await send(it);
  await recordBatchReport(it.context, report(1));
  expect(reportedEvents(it)).toEqual([]);
  await recordBatchReport(it.context, report(2, { status: 'Failed' }));
  expect(reportedEvents(it)).toEqual([`reported ${ID}`]);
  await recordBatchReport(it.context, report(2));
  expect(reportedEvents(it)).toEqual([`reported ${ID}`]);
  await redriveBatch(it.context, CLIENT, ID, false);
  await recordBatchReport(it.context, report(2));
  expect(reportedEvents(it)).toEqual([`reported ${ID}`]);
});

test('a report for a recipient in doubt does not replace one for an accepted recipient', async () => {
  const it = rig({ [FROM]: 1 });
  await split(it, { recipients: numbers(2) });
  it.replies.push(throwing(new SwitchboardError('UpstreamInDoubt', 'ACS did not answer', { repeatable: true })));
  await send(it, 0);
  it.now += 300_000;
  await send(it, 0);
  await send(it, 1);
  expect(await countsOf(it)).toMatchObject({ accepted: 1, inDoubt: 1 });
  await recordBatchReport(it.context, report(0));
  expect(reportedEvents(it)).toEqual([]);
  await recordBatchReport(it.context, report(1, { tag: tag(1) }));
  expect(await countsOf(it)).toMatchObject({ delivered: 2 });
  expect(reportedEvents(it)).toEqual([`reported ${ID}`]);
});

test('if the process dies before emitting reported, the repeated report or the sweep emits it', async () => {
  for (const goOn of ['report', 'sweep']) {
    const it = await sent(1);
    await expect(recordBatchReport(dyingOf(it), report(0))).rejects.toThrow('dies');
    it.now += 200_000;
    if (goOn === 'report') await recordBatchReport(it.context, report(0));
    else await recoverAbandonedBatches(it.context);
    expect(reportedEvents(it)).toEqual([`reported ${ID}`]);
    await recoverAbandonedBatches(it.context);
    expect(reportedEvents(it)).toEqual([`reported ${ID}`]);
  }
});

test('a batch without accepted recipients is never reported', async () => {
  const it = rig();
  await split(it);
  it.replies.push(({ smsRecipients }) => smsRecipients.map(({ to }) => refused(to, 400)));
  await send(it);
  expect((await batchStatus(it.context, CLIENT, ID)).state).toBe('completed');
  expect(reportedEvents(it)).toEqual([]);
});
