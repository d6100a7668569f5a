import { expect, test } from 'vitest';
import type { ChunkState, RecipientResult } from '../../../shared/smsbatch/ledger/chunks.ts';
import { reopenedState } from '../../../shared/smsbatch/redrive.ts';
import { batchOf, rig, submit } from './fixtures.ts';

const accepted: RecipientResult = ['accepted', 'Outgoing_1'];
const failed: RecipientResult = ['failed', 400, 'no'];
const inDoubt: RecipientResult = ['inDoubt'];

const done = (results: ChunkState['results'], more: Partial<ChunkState> = {}): ChunkState => ({
  ...{ state: 'done', wakeOn: 9, firstSent: 9, doubtful: true, failedTries: 5, postponed: 3, redrive: 0, results },
  ...more,
});

async function redriven(redriveInDoubt: boolean, redrives = 1) {
  const it = rig();
  await submit(it);
  return { ...(await batchOf(it)), redrives, redriveInDoubt };
}

test('failed recipients are open again, with the number of the redrive and no tries', async () => {
  expect(reopenedState(done([accepted, failed, inDoubt]), await redriven(false))).toEqual({
    ...{ state: 'waiting', wakeOn: 0, firstSent: 0, doubtful: false, failedTries: 0, postponed: 0, redrive: 1 },
    results: [accepted, null, inDoubt],
  });
});

test('recipients in doubt are reopened only on request', async () => {
  expect(reopenedState(done([accepted, inDoubt]), await redriven(false))).toBeUndefined();
  expect(reopenedState(done([accepted, inDoubt]), await redriven(true))?.results).toEqual([accepted, null]);
});

test('chunks that are being sent, already reopened or successful are not reopened', async () => {
  const batch = await redriven(true, 2);
  expect(reopenedState(done([null, failed], { state: 'waiting' }), batch)).toBeUndefined();
  expect(reopenedState(done([null, failed], { state: 'sending' }), batch)).toBeUndefined();
  expect(reopenedState(done([failed], { redrive: 2 }), batch)).toBeUndefined();
  expect(reopenedState(done([failed], { redrive: 1 }), batch)).toMatchObject({ redrive: 2 });
  expect(reopenedState(done([accepted]), batch)).toBeUndefined();
});
