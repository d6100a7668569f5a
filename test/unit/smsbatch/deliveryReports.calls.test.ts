import { expect, test } from 'vitest';
import type { SmsDeliveryReport } from '../../../shared/contract/acsEvent.ts';
import type { BatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { recordBatchReport } from '../../../shared/smsbatch/deliveryReports.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { tagOf } from '../../../shared/smsbatch/send/requestIds.ts';
import { splitBatch } from '../../../shared/smsbatch/split.ts';
import { batchStatus } from '../../../shared/smsbatch/status.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { CLIENT, FROM, ID, numbers, type Rig, refused, rig, send, split } from './fixtures.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');

function report(index: number, more: Partial<SmsDeliveryReport> = {}): SmsDeliveryReport {
  const to = numbers(index + 1)[index] ?? '';
  const tag = tagOf(TEST_SECRET, { id: ID, options: {} }, 0);
  const facts = { messageId: `Outgoing_${to}`, from: FROM, to, tag, receivedOn: NOW } as const;
  return { ...facts, status: 'Delivered', details: '', ...more };
}

interface Counted {
  readonly context: BatchContext;
  chunkReads: number;
  tallies: number;
}

function counted({ context }: Rig): Counted {
  const it: Counted = {
    ...{ chunkReads: 0, tallies: 0 },
    context: {
      ...context,
      ledger: {
        ...context.ledger,
        get: (...chunk) => {
          it.chunkReads += 1;
          return context.ledger.get(...chunk);
        },
        tally: (id) => {
          it.tallies += 1;
          return context.ledger.tally(id);
        },
      },
    },
  };
  return it;
}

test('reports of a chunk read its results once, and count its batch with the last one', async () => {
  const it = rig();
  await split(it, { recipients: numbers(3) });
  await send(it);
  const calls = counted(it);
  await recordBatchReport(calls.context, report(0));
  await recordBatchReport(calls.context, report(1));
  expect(calls).toMatchObject({ chunkReads: 1, tallies: 0 });
  await recordBatchReport(calls.context, report(2));
  expect(calls).toMatchObject({ chunkReads: 1, tallies: 1 });
  expect(it.events.filter((event) => event.startsWith('reported'))).toEqual([`reported ${ID}`]);
});

test('a report that the known results do not explain is compared with the present ones', async () => {
  const it = rig();
  await split(it, { recipients: numbers(2) });
  it.replies.push(({ smsRecipients }) =>
    smsRecipients.map(({ to }, index) =>
      index === 0 ? refused(to, 400) : { to, httpStatusCode: 202, successful: true, messageId: `Outgoing_${to}` },
    ),
  );
  await send(it);
  await recordBatchReport(it.context, report(1));
  expect(await recordBatchReport(it.context, report(0))).toBe(false);
  await redriveBatch(it.context, CLIENT, ID, false);
  await splitBatch(it.context, { client: CLIENT, batch: ID });
  await send(it);
  expect(await recordBatchReport(it.context, report(0))).toBe(true);
  expect((await batchStatus(it.context, CLIENT, ID)).counts).toMatchObject({ accepted: 2, delivered: 2 });
});
