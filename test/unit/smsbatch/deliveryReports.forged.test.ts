import { expect, test } from 'vitest';
import type { SmsDeliveryReport } from '../../../shared/contract/acsEvent.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { recordBatchReport } from '../../../shared/smsbatch/deliveryReports.ts';
import { tagOf } from '../../../shared/smsbatch/send/requestIds.ts';
import { batchStatus } from '../../../shared/smsbatch/status.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { CLIENT, FROM, ID, numbers, type Rig, rig, send, split, throwing } from './fixtures.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');

const tag = (chunk: number, id = ID) => tagOf(TEST_SECRET, { id, options: {} }, chunk);

function report(index: number, more: Partial<SmsDeliveryReport> = {}): SmsDeliveryReport {
  const to = numbers(index + 1)[index] ?? '';
  const facts = { messageId: `Outgoing_${to}`, from: FROM, to, tag: `${tag(0)} sale`, receivedOn: NOW } as const;
  return { ...facts, status: 'Delivered', details: 'Delivered to the handset', ...more };
}

const countsOf = async ({ context }: Rig) => (await batchStatus(context, CLIENT, ID)).counts;

async function sent(): Promise<Rig> {
  const it = rig();
  await split(it);
  await send(it);
  return it;
}

test.each([
  ['with a tag without a seal', { tag: `${ID}/0` }],
  ['with a tag of another chunk’s seal', { tag: tag(1).replace('/1/', '/0/') }],
  ['to a number that the chunk does not have', { to: '+14255559999' }],
  ['of another message to the same number', { messageId: 'Outgoing_of_another_client' }],
])('a report %s is not counted or stored', async (_, more) => {
  const it = await sent();
  expect(await recordBatchReport(it.context, report(0, { ...more, status: 'Failed' }))).toBe(false);
  expect(await countsOf(it)).toMatchObject({ delivered: 0, undelivered: 0 });
  expect((await it.context.ledger.getDeliveries(ID, 0)).etag).toBeUndefined();
  expect(await recordBatchReport(it.context, report(0))).toBe(true);
});

test('before its results are known, a chunk keeps no more reports than it has recipients', async () => {
  const it = rig();
  await split(it);
  it.replies.push(throwing(new SwitchboardError('UpstreamUnavailable', 'down')));
  await send(it);
  const strangers = Array.from({ length: 50 }, (_, index) =>
    report(0, { to: `+1425556${1000 + index}`, messageId: 'x' }),
  );
  const made = [...strangers, ...[0, 1, 2].flatMap((index) => [report(index), report(index, { messageId: 'other' })])];
  const counted = await Promise.all(made.map((each) => recordBatchReport(it.context, each)));
  expect(counted.filter(Boolean)).toHaveLength(6);
  expect((await it.context.ledger.getDeliveries(ID, 0)).deliveries.size).toBe(3);
});
