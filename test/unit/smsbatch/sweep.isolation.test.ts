import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { recoverAbandonedBatches } from '../../../shared/smsbatch/sweep.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { useTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { memoryTelemetry } from '../telemetry/fixtures.ts';
import { CLIENT, type Rig, rig, submit } from './fixtures.ts';

/** In the order in which the sweep lists them. */
const IDS = [1, 2, 3].map((index) => `${index}f8b5c3e-5d0e-4f5e-9a53-1d1f6f0c2a11`);
const [FIRST = '', ...OTHERS] = IDS;

/** Three scheduled batches whose split is overdue. The row of the first one cannot be read. */
async function poisoned(): Promise<{ it: Rig; context: BatchContext; reads: string[] }> {
  const it = rig();
  for (const id of IDS) await submit(it, { sendAt: new Date(it.now + 1000).toISOString() }, { id, client: CLIENT });
  it.now += 90_000;
  const reads: string[] = [];
  const { batches } = it.context;
  const get: typeof batches.get = (client, id) => {
    reads.push(id);
    return id === FIRST ? Promise.reject(new SyntaxError('Unexpected token')) : batches.get(client, id);
  };
  return { it, context: { ...it.context, batches: { ...batches, get } }, reads };
}

async function sweep(context: BatchContext): Promise<string[]> {
  const lines: string[] = [];
  await withFailureLog(
    (what, error) => void lines.push(`${what}: ${String(error)}`),
    () => recoverAbandonedBatches(context),
  );
  return lines;
}

const splitOf = ({ storage }: Rig) =>
  storage.sent.flatMap(({ queue, text, options }) =>
    queue === 'sms-batch-splits' && options.delaySeconds === undefined
      ? [(JSON.parse(text) as { batch: string }).batch]
      : [],
  );

describe('a batch that cannot be recovered', () => {
  test('does not affect others, and is logged with its id and the cause', async () => {
    const { it, context } = await poisoned();
    expect(await sweep(context)).toEqual([`Batch ${FIRST} cannot be recovered: SyntaxError: Unexpected token`]);
    expect(splitOf(it)).toEqual(OTHERS);
  });

  test('is retried after 30 seconds, then after as long as it has been failing, at most 15 minutes', async () => {
    const { it, context, reads } = await poisoned();
    const startedOn = it.now;
    const triedOn: number[] = [];
    for (; it.now < startedOn + 2 * 3_600_000; it.now += 30_000) {
      reads.length = 0;
      await sweep(context);
      expect(reads).toEqual(expect.arrayContaining(OTHERS));
      if (reads.includes(FIRST)) triedOn.push((it.now - startedOn) / 60_000);
    }
    expect(triedOn.slice(0, 7)).toEqual([0, 0.5, 1, 2, 4, 8, 16]);
    expect(triedOn.slice(7)).toEqual([31, 46, 61, 76, 91, 106]);
  });

  test('is swept as before once it can be recovered', async () => {
    const { it, context } = await poisoned();
    await sweep(context);
    it.now += 30_000;
    await recoverAbandonedBatches(it.context);
    expect(splitOf(it)).toEqual([...OTHERS, FIRST]);
    it.now += 90_000;
    expect(await sweep(context)).toHaveLength(1);
    it.now += 30_000; // it fails again: the shortest wait applies again
    expect(await sweep(context)).toHaveLength(1);
  });

  test('is retried by the next sweep when it cannot even be postponed', async () => {
    const { context } = await poisoned();
    const { batches } = context;
    const unwritable = { ...batches, reschedule: () => Promise.reject(new Error('storage is down')) };
    for (const _ of [1, 2]) {
      expect(await sweep({ ...context, batches: unwritable })).toEqual([
        `Batch ${FIRST} cannot be recovered: SyntaxError: Unexpected token`,
        `Batch ${FIRST} cannot be postponed and is tried again by the next sweep: Error: storage is down`,
      ]);
    }
  });

  test('is retried immediately when it is activated again', async () => {
    const { it, context, reads } = await poisoned();
    await sweep(context);
    reads.length = 0;
    await it.context.batches.activate(FIRST, CLIENT, it.now);
    await sweep(context);
    expect(reads).toContain(FIRST);
  });
});

describe('the age of the oldest due chunk', () => {
  let memory: ReturnType<typeof memoryTelemetry>;
  beforeEach(() => {
    memory = memoryTelemetry();
    useTelemetry(memory.telemetry);
  });
  afterEach(() => useTelemetry(undefined));

  test('counts a batch that cannot be recovered from its first failure, also while it is postponed', async () => {
    const { it, context } = await poisoned();
    await sweep(context);
    for (let time = 0; time < 6; time += 1) {
      it.now += 30_000;
      await sweep(context);
    }
    await memory.telemetry.close();
    const points = memory.metrics().find(({ descriptor }) => descriptor.name.endsWith('oldest_unsent_chunk_seconds'));
    expect(points?.dataPoints.map(({ value }) => value)).toEqual([180]);
  });
});
