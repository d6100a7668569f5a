import { describe, expect, test } from 'vitest';
import type { BatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { cancelBatch, failBatch } from '../../../shared/smsbatch/cancellation.ts';
import { redriveBatch } from '../../../shared/smsbatch/redrive.ts';
import { sendChunk } from '../../../shared/smsbatch/send/sendChunk.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import {
  activeOf,
  batchOf,
  CLIENT,
  dyingOf,
  emitted,
  eventId,
  FROM,
  ID,
  numbers,
  type Rig,
  refused,
  rig,
  send,
  split,
  submit,
} from './fixtures.ts';

async function sweepFor(it: Rig, seconds: number): Promise<void> {
  for (const end = it.now + seconds * 1000; it.now < end; it.now += 30_000) await recoverAbandonedBatches(it.context);
}

const eventsOf = ({ events }: Rig) => events.map((event) => event.split(' ')[0]);

describe('the sweep emits an event once whose process died before emitting it:', () => {
  test('accepted', async () => {
    const it = rig();
    const request = { from: FROM, message: 'Hello', recipients: numbers(3) };
    await expect(submitBatch(dyingOf(it), { id: ID, client: CLIENT, request })).rejects.toThrow('dies');
    await sweepFor(it, 300);
    expect(eventsOf(it)).toEqual(['accepted']);
  });

  test('canceled', async () => {
    const it = rig();
    await split(it);
    await expect(cancelBatch(dyingOf(it), CLIENT, ID)).rejects.toThrow('dies');
    await sweepFor(it, 900);
    expect(eventsOf(it)).toEqual(['accepted', 'canceled']);
    expect(await activeOf(it)).toEqual([]);
  });

  test('failed', async () => {
    const it = rig();
    await submit(it, { sendAt: new Date(it.now + 1000).toISOString() });
    await expect(failBatch(dyingOf(it), CLIENT, ID, 'broken')).rejects.toThrow('dies');
    await sweepFor(it, 900);
    expect(eventsOf(it)).toEqual(['accepted', 'failed']);
    expect(await activeOf(it)).toEqual([]);
  });

  test('completed', async () => {
    const it = rig();
    await split(it);
    await expect(sendChunk(dyingOf(it), { client: CLIENT, batch: ID, chunk: 0 })).rejects.toThrow('dies');
    await sweepFor(it, 900);
    expect(eventsOf(it)).toEqual(['accepted', 'completed']);
    expect(await activeOf(it)).toEqual([]);
  });
});

test('for a minute, the sweep leaves an event to the process that is about to emit it', async () => {
  const it = rig();
  await split(it);
  await expect(cancelBatch(dyingOf(it), CLIENT, ID)).rejects.toThrow('dies');
  it.now += 59_000;
  await recoverAbandonedBatches(it.context);
  expect(eventsOf(it)).toEqual(['accepted']);
  it.now += 2000;
  await recoverAbandonedBatches(it.context);
  expect(eventsOf(it)).toEqual(['accepted', 'canceled']);
});

test('a redrive first emits the previous end, with its reason and counts', async () => {
  const it = rig();
  await split(it);
  it.replies.push(({ smsRecipients }) => smsRecipients.map(({ to }) => refused(to, 400)));
  await expect(sendChunk(dyingOf(it), { client: CLIENT, batch: ID, chunk: 0 })).rejects.toThrow('dies');
  await redriveBatch(it.context, CLIENT, ID, false);
  const [, completed] = emitted(it.storage);
  expect(completed).toMatchObject({ event: 'completed', data: { counts: { failed: 3 } } });
  expect(completed?.data.reason).toBeUndefined();
  expect(completed?.id).toBe(await eventId(await batchOf(it), 'completed', 0));
});

/** A batch whose row is changed by another process between a read and the next write. */
function overtaken(it: Rig, by: () => Promise<unknown>): BatchContext {
  const { batches } = it.context;
  let isDone = false;
  const advance: typeof batches.advance = async (...change) => {
    if (!isDone) {
      isDone = true;
      await by();
    }
    return batches.advance(...change);
  };
  return { ...it.context, batches: { ...batches, advance } };
}

describe('only events in the row are emitted:', () => {
  test('a batch that is canceled just before it would fail does not fail', async () => {
    const it = rig();
    await submit(it, { sendAt: new Date(it.now + 1000).toISOString() });
    await failBatch(
      overtaken(it, () => cancelBatch(it.context, CLIENT, ID)),
      CLIENT,
      ID,
      'broken',
    );
    await sweepFor(it, 300);
    expect(eventsOf(it)).toEqual(['accepted', 'canceled']);
    expect(await batchOf(it)).toMatchObject({ state: 'canceled', reason: undefined });
  });

  test('a batch fails although another process is splitting it', async () => {
    const it = rig();
    await submit(it, { sendAt: new Date(it.now + 1000).toISOString() });
    const other = async () => it.context.batches.advance(await batchOf(it), { splitDueOn: it.now });
    await failBatch(overtaken(it, other), CLIENT, ID, 'broken');
    expect(await batchOf(it)).toMatchObject({ state: 'failed', reason: 'broken' });
    expect(eventsOf(it)).toEqual(['accepted', 'failed']);
  });

  test('a batch that is canceled just before it would complete does not complete', async () => {
    const it = rig();
    await split(it);
    const cancel = async () =>
      it.context.batches.advance(await batchOf(it), { state: 'canceled', completedOn: it.now });
    await sendChunk(overtaken(it, cancel), { client: CLIENT, batch: ID, chunk: 0 });
    expect(eventsOf(it)).toEqual(['accepted']);
  });
});

test('emitted events are not emitted again by a repeated call or the sweep', async () => {
  const it = rig();
  await split(it);
  await submit(it);
  await send(it);
  await sweepFor(it, 900);
  const canceled = rig();
  await split(canceled);
  await cancelBatch(canceled.context, CLIENT, ID);
  await cancelBatch(canceled.context, CLIENT, ID);
  await sweepFor(canceled, 900);
  expect([eventsOf(it), eventsOf(canceled)]).toEqual([
    ['accepted', 'completed'],
    ['accepted', 'canceled'],
  ]);
});
