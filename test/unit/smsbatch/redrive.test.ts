import { expect, test } from 'vitest';
import type { ChunkState, RecipientResult } from '../../../shared/smsbatch/ledger/chunks.ts';
import { reopenedState } from '../../../shared/smsbatch/redrive.ts';
import { batchOf, rig, submit } from './fixtures.ts';

const accepted: RecipientResult = ['accepted', 'Outgoing_1'];
const failed: RecipientResult = ['failed', 400, 'no'];
const inDoubt: RecipientResult = ['inDoubt'];

const done = (results: ChunkState['results'], more: Partial<ChunkState> = {}): ChunkState => ({
  ...{ state: 'done', wakeOn: 9, firstSent: 9, doubtful: true, failedTries: 5, redrive: 0, results },
  ...more,
});

async function redriven(redriveInDoubt: boolean, redrives = 1) {
  const it = rig();
  await submit(it);
  return { ...(await batchOf(it)), redrives, redriveInDoubt };
}

test('what has failed is open again, under the number of the redrive, and as if it had never been tried', async () => {
  expect(reopenedState(done([accepted, failed, inDoubt]), await redriven(false))).toEqual({
    ...{ state: 'waiting', wakeOn: 0, firstSent: 0, doubtful: false, failedTries: 0, redrive: 1 },
    results: [accepted, null, inDoubt],
  });
});

test('what is in doubt only where it was asked for', async () => {
  expect(reopenedState(done([accepted, inDoubt]), await redriven(false))).toBeUndefined();
  expect(reopenedState(done([accepted, inDoubt]), await redriven(true))?.results).toEqual([accepted, null]);
});

test('not what is being sent, what was opened already, or what went well', async () => {
  const batch = await redriven(true, 2);
  expect(reopenedState(done([null, failed], { state: 'waiting' }), batch)).toBeUndefined();
  expect(reopenedState(done([null, failed], { state: 'sending' }), batch)).toBeUndefined();
  expect(reopenedState(done([failed], { redrive: 2 }), batch)).toBeUndefined();
  expect(reopenedState(done([failed], { redrive: 1 }), batch)).toMatchObject({ redrive: 2 });
  expect(reopenedState(done([accepted]), batch)).toBeUndefined();
});
