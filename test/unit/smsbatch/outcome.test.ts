import { expect, test } from 'vitest';
import type { AuditEntry } from '../../../shared/audit/auditEntry.ts';
import { createBatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { cancelBatch } from '../../../shared/smsbatch/cancellation.ts';
import { sendChunk } from '../../../shared/smsbatch/send/sendChunk.ts';
import { batchOf, CLIENT, eventId, ID, rig, submit } from './fixtures.ts';

/** A submitted batch of three recipients, and the audit entries of what happens to it. */
async function audited() {
  const entries: AuditEntry[] = [];
  const it = rig();
  await submit(it);
  const audit = { record: async (entry: AuditEntry) => void entries.push(entry) };
  return { context: createBatchContext({ ...it.context, audit }), entries, now: it.now };
}

test('the completion of a batch is audited with its counts', async () => {
  const { context, entries, now } = await audited();
  await sendChunk(context, { client: CLIENT, batch: ID, chunk: 0 });
  expect(entries).toEqual([
    {
      ...{ time: now, trigger: 'switchboard', client: CLIENT, operation: 'smsBatch.completed' },
      ...{ resource: { type: 'smsBatch', id: ID }, recipients: { accepted: 3, refused: 0 } },
      occurrence: `${ID}-completed-0`,
    },
  ]);
});

test('a cancellation is audited only if the client did not request it', async () => {
  const byClient = await audited();
  await cancelBatch(byClient.context, CLIENT, ID);
  expect(byClient.entries).toEqual([]);
  const byOperator = await audited();
  await cancelBatch(byOperator.context, CLIENT, ID, 'Canceled by the operator.');
  expect(byOperator.entries).toMatchObject([
    { operation: 'smsBatch.canceled', recipients: { accepted: 0, refused: 3 }, occurrence: `${ID}-canceled-0` },
  ]);
});

test('an event has the same id whenever it is emitted, and another one after a redrive', async () => {
  const it = rig();
  await submit(it);
  const batch = await batchOf(it);
  const ids = await Promise.all([0, 0, 1, 2].map((redrives) => eventId(batch, 'completed', redrives)));
  expect(ids[1]).toBe(ids[0]);
  expect(new Set(ids).size).toBe(3);
});
