import { describe, expect, test } from 'vitest';
import type { BatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { cancelBatch } from '../../../shared/smsbatch/cancellation.ts';
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
  split,
} from './fixtures.ts';

describe('an event that was emitted, but not recorded as emitted because of a conflict,', () => {
  /** The next attempt to clear pending events is a conflict. */
  function unnoted(it: Rig): BatchContext {
    const { batches } = it.context;
    let isDone = false;
    const advance: typeof batches.advance = async (batch, changes) => {
      if (isDone || !changes.pendingEvents || changes.pendingEvents.length > 0) return batches.advance(batch, changes);
      isDone = true;
      return undefined;
    };
    return { ...it.context, batches: { ...batches, advance } };
  }

  test('keeps its batch active until it is emitted and recorded', async () => {
    const it = rig();
    await split(it);
    await expect(cancelBatch(dyingOf(it), CLIENT, ID)).rejects.toThrow('dies');
    it.now += 3_600_000;
    await recoverAbandonedBatches(unnoted(it));
    expect(await activeOf(it)).toEqual([ID]);
    await recoverAbandonedBatches(it.context);
    await recoverAbandonedBatches(it.context);
    expect(await activeOf(it)).toEqual([]);
    expect((await batchOf(it)).pendingEvents).toEqual([]);
  });

  test('is emitted again with the same id, also after a redrive', async () => {
    const it = rig();
    await split(it);
    it.replies.push(({ smsRecipients }) => smsRecipients.map(({ to }) => refused(to, 400)));
    await expect(sendChunk(dyingOf(it), { client: CLIENT, batch: ID, chunk: 0 })).rejects.toThrow('dies');
    await redriveBatch(unnoted(it), CLIENT, ID, false);
    expect(await batchOf(it)).toMatchObject({ state: 'running', redrives: 1 });
    it.now += 61_000;
    await recoverAbandonedBatches(it.context);
    const id = await eventId(await batchOf(it), 'completed', 0);
    const completions = emitted(it.storage).filter(({ event }) => event === 'completed');
    expect(completions.map((completion) => completion.id)).toEqual([id, id]);
  });
});

test('accepted is emitted with the counts of a new batch, however late', async () => {
  const it = rig();
  const request = { from: FROM, message: 'Hello', recipients: numbers(3) };
  await expect(submitBatch(dyingOf(it), { id: ID, client: CLIENT, request })).rejects.toThrow('dies');
  await cancelBatch(it.context, CLIENT, ID);
  expect(emitted(it.storage)).toMatchObject([
    { event: 'accepted', data: { counts: { pending: 3, canceled: 0 } } },
    { event: 'canceled', data: { counts: { pending: 0, canceled: 3 } } },
  ]);
});
