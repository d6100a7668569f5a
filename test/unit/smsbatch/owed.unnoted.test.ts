import { describe, expect, test } from 'vitest';
import { cancelBatch, redriveBatch } from '../../../shared/smsbatch/control.ts';
import type { BatchEngine } from '../../../shared/smsbatch/engine.ts';
import { sendChunk } from '../../../shared/smsbatch/send/sendChunk.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { sweepBatches } from '../../../shared/smsbatch/sweep.ts';
import { activeOf, batchOf, CLIENT, dyingOf, FROM, ID, numbers, type Rig, refused, rig, split } from './fixtures.ts';

describe('an event that was emitted, but not noted as such because another process wrote first,', () => {
  /** The next note is overtaken. */
  function unnoted(it: Rig, tell = it.engine.tell): BatchEngine {
    const { batches } = it.engine;
    let isDone = false;
    const advance: typeof batches.advance = async (batch, changes) => {
      if (isDone || !changes.owed || changes.owed.length > 0) return batches.advance(batch, changes);
      isDone = true;
      return undefined;
    };
    return { ...it.engine, tell, batches: { ...batches, advance } };
  }

  test('keeps its batch active until it is emitted and noted', async () => {
    const it = rig();
    await split(it);
    await expect(cancelBatch(dyingOf(it), CLIENT, ID)).rejects.toThrow('dies');
    it.now += 3_600_000;
    await sweepBatches(unnoted(it));
    expect(await activeOf(it)).toEqual([ID]);
    await sweepBatches(it.engine);
    await sweepBatches(it.engine);
    expect(await activeOf(it)).toEqual([]);
    expect((await batchOf(it)).owed).toEqual([]);
  });

  test('is emitted again under the same id, also after a redrive', async () => {
    const it = rig();
    const told: [string, number][] = [];
    const tell: BatchEngine['tell'] = async (event, { redrives }) => void told.push([event, redrives]);
    await split(it);
    it.replies.push(({ smsRecipients }) => smsRecipients.map(({ to }) => refused(to, 400)));
    await expect(sendChunk(dyingOf(it), { client: CLIENT, batch: ID, chunk: 0 })).rejects.toThrow('dies');
    await redriveBatch(unnoted(it, tell), CLIENT, ID, false);
    expect(await batchOf(it)).toMatchObject({ state: 'running', redrives: 1 });
    it.now += 61_000;
    await sweepBatches({ ...it.engine, tell });
    expect(told).toEqual([
      ['completed', 0],
      ['completed', 0],
    ]);
  });
});

test('accepted is emitted with the counts of a batch that has just been accepted, however late', async () => {
  const told: [string, number, number][] = [];
  const it = rig();
  const request = { from: FROM, message: 'Hello', recipients: numbers(3) };
  await expect(submitBatch(dyingOf(it), { id: ID, client: CLIENT, request })).rejects.toThrow('dies');
  const tell: BatchEngine['tell'] = async (event, _, counts) =>
    void told.push([event, counts.pending, counts.canceled]);
  await cancelBatch({ ...it.engine, tell }, CLIENT, ID);
  expect(told).toEqual([
    ['accepted', 3, 0],
    ['canceled', 0, 3],
  ]);
});
