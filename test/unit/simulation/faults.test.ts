import { describe, expect, test } from 'vitest';
import { allRows } from '../../../shared/storage/tables.ts';
import { FAULT_KINDS, FaultMix } from '../../simulation/engine/faults.ts';
import { SeededRandom } from '../../simulation/engine/random.ts';
import { type Plan, runPlan } from '../../simulation/engine/run.ts';
import type { FaultKind, SimulatedProcess, Simulation } from '../../simulation/engine/types.ts';

const ALL_ROWS = { from: '', before: '~' };

/** Runs code in the first seeds, with faults of one kind only. */
async function withOnly(kind: FaultKind, code: (simulation: Simulation) => Promise<void>): Promise<number> {
  let count = 0;
  for (let seed = 1; seed <= 30; seed += 1) {
    const plan: Plan = { seed, workloadHours: 1, disabledFaults: FAULT_KINDS.filter((it) => it !== kind) };
    const { failure, faults } = await runPlan({ run: code }, plan);
    expect(failure).toBeUndefined();
    count += faults[kind] ?? 0;
  }
  return count;
}

/** The results of inserts: what the caller was answered, and whether the row exists. */
async function insertMany(simulation: Simulation, count: number): Promise<string[]> {
  const { storage } = simulation.startProcess('app');
  const outcomes: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const heard = await storage.tables
      .table('rows')
      .insert(`row-${index}`, 'row', {})
      .then((etag) => (etag === undefined ? 'conflict' : 'inserted'))
      .catch((error: unknown) => `error ${String(Object(error).code)}`);
    const isStored = simulation.account.rows('rows', `row-${index}`).length > 0;
    outcomes.push(`${heard}, ${isStored ? 'stored' : 'not stored'}`);
  }
  return outcomes;
}

describe('an insert', () => {
  test.each<[FaultKind, string[]]>([
    ['storageThrottled', ['error ServerBusy, not stored']],
    ['storageTimeoutBefore', ['error ECONNRESET, not stored', 'error OperationTimedOut, not stored']],
    ['storageTimeoutAfter', ['error ECONNRESET, stored', 'error OperationTimedOut, stored']],
    ['storageRetriedAfterEffect', ['conflict, stored']],
    ['storageSlow', []],
    ['accountSlow', []],
    ['partitionSlow', []],
  ])('under %s', async (kind, expected) => {
    const outcomes = new Set<string>();
    const struck = await withOnly(kind, async (simulation) => {
      for (const outcome of await insertMany(simulation, 300)) outcomes.add(outcome);
    });
    expect(struck).toBeGreaterThan(0);
    expect(outcomes).toEqual(new Set([...expected, 'inserted, stored']));
  });
});

test('a message that the SDK sends again is on the queue twice', async () => {
  let most = 0;
  await withOnly('storageRetriedAfterEffect', async (simulation) => {
    const { storage } = simulation.startProcess('app');
    for (let index = 0; index < 100; index += 1) await storage.queues.send('queue', String(index));
    const texts = simulation.account.messages('queue').map(({ text }) => text);
    expect(new Set(texts).size).toBe(100);
    most = Math.max(most, texts.length);
  });
  expect(most).toBeGreaterThan(100);
});

test('slow calls take seconds', async () => {
  let longest = 0;
  await withOnly('storageSlow', async (simulation) => {
    const { storage } = simulation.startProcess('app');
    for (let index = 0; index < 100; index += 1) {
      const startedOn = simulation.now();
      await storage.tables.table('rows').get('p', 'row');
      longest = Math.max(longest, simulation.now() - startedOn);
    }
  });
  expect(longest).toBeGreaterThan(10_000);
  expect(longest).toBeLessThan(31_000);
});

describe('a kill', () => {
  test('ends a process before, during or after the effect of a call, of which it never hears', async () => {
    const seen = new Set<string>();
    const kills = await withOnly('kill', async (simulation) => {
      for (let index = 0; index < 500; index += 1) {
        const process: SimulatedProcess = simulation.startProcess('app');
        const row = `row-${index}`;
        const insert = async () => {
          await process.storage.tables.table('rows').insert(row, row, {});
        };
        const heard = await process.run(insert).then(
          () => 'ended',
          (error: unknown) => String(Object(error).name),
        );
        await simulation.sleep(60_000);
        const isStored = simulation.account.rows('rows', row).length > 0;
        seen.add(`${heard}, ${isStored ? 'stored' : 'not stored'}, ${process.isAlive ? 'alive' : 'dead'}`);
      }
    });
    expect(kills).toBeGreaterThan(0);
    expect(seen).toEqual(
      new Set(['ProcessKilled, not stored, dead', 'ProcessKilled, stored, dead', 'ended, stored, alive']),
    );
  });

  test('leaves nothing that a dead process could do', async () => {
    await withOnly('kill', async (simulation) => {
      const process = simulation.startProcess('app');
      process.kill();
      await expect(process.run(async () => 1)).rejects.toThrow('app was killed');
      let isSettled = false;
      const settle = () => {
        isSettled = true;
      };
      void process.storage.tables.table('rows').insert('p', 'late', {}).then(settle, settle);
      void process.io('call', () => 1).then(settle, settle);
      await simulation.sleep(600_000);
      expect(isSettled).toBe(false);
      expect(simulation.account.rows('rows')).toEqual([]);
    });
  });
});

describe('messages', () => {
  /** How far from its time each message became visible, in milliseconds. */
  async function inaccuracies(simulation: Simulation): Promise<number[]> {
    const { messages } = simulation.startProcess('host');
    const found: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      simulation.account.send('queue', String(index), 3);
      const due = simulation.now() + 3000;
      let received = await messages.receive('queue', 1, 3600);
      while (received.length === 0) {
        await simulation.sleep(100);
        received = await messages.receive('queue', 1, 3600);
      }
      found.push(simulation.now() - due);
    }
    return found;
  }

  test.each<[FaultKind, number, number]>([
    ['messageDelayed', 0, 1500],
    ['messageEarly', -1000, 500],
  ])('%s: visible up to a second off', async (kind, from, to) => {
    const all: number[] = [];
    await withOnly(kind, async (simulation) => {
      all.push(...(await inaccuracies(simulation)));
    });
    expect(Math.min(...all)).toBeGreaterThanOrEqual(from);
    expect(Math.max(...all)).toBeLessThanOrEqual(to);
    expect(Math.max(...all.map(Math.abs))).toBeGreaterThan(500);
  });

  test('messageReordered: in another order, and none twice or never', async () => {
    const orders = new Set<boolean>();
    await withOnly('messageReordered', async (simulation) => {
      const { messages } = simulation.startProcess('host');
      const sent = Array.from({ length: 32 }, (_, index) => String(index));
      for (const text of sent) simulation.account.send('queue', text);
      const received = (await messages.receive('queue', 32, 60)).map(({ text }) => text);
      expect(received).toHaveLength(sent.length);
      expect(new Set(received)).toEqual(new Set(sent));
      orders.add(String(received) === String(sent));
    });
    expect(orders).toEqual(new Set([true, false]));
  });

  test('messageRedelivered: received again while another holds it, whose receipt is invalid from then on', async () => {
    let again = 0;
    await withOnly('messageRedelivered', async (simulation) => {
      const { messages } = simulation.startProcess('host');
      simulation.account.send('queue', 'text');
      const [first] = await messages.receive('queue', 1, 3600);
      if (!first) throw new Error('Nothing was received.');
      for (let index = 0; index < 100; index += 1) {
        const [second] = await messages.receive('queue', 1, 3600);
        if (!second) continue;
        again += 1;
        expect(second).toMatchObject({ id: first.id, dequeueCount: 2 });
        await expect(messages.remove('queue', first)).rejects.toMatchObject({ code: 'PopReceiptMismatch' });
        return;
      }
    });
    expect(again).toBeGreaterThan(0);
  });
});

test('a list sees rows of different moments, and loses none that stays', async () => {
  await withOnly('storageSlow', async (simulation) => {
    const { storage } = simulation.startProcess('app');
    const table = storage.tables.table('rows');
    const keys = Array.from({ length: 50 }, (_, index) => `row-${String(index).padStart(2, '0')}`);
    for (const key of keys) await table.insert('p', key, {});
    for (let count = 0; count < 50; count += 1) {
      expect((await allRows(table.list('p', ALL_ROWS))).map(({ rowKey }) => rowKey)).toEqual(keys);
    }
  });
});

describe('the mix of a seed', () => {
  const mixOf = (seed: number, limits = {}) =>
    new FaultMix(
      new SeededRandom(`${seed}`),
      () => 0,
      () => undefined,
      limits,
    );
  const drawn = (mix: FaultMix, kind: FaultKind) => Array.from({ length: 1000 }, () => mix.strikes(kind));

  test('has none of some kinds, and much of others', () => {
    const rates = Array.from({ length: 300 }, (_, seed) => mixOf(seed).rate('acsThrottled'));
    const share = (isSo: (rate: number) => boolean) => rates.filter(isSo).length / rates.length;
    expect(share((rate) => rate === 0)).toBeGreaterThan(0.3);
    expect(share((rate) => rate === 0)).toBeLessThan(0.5);
    expect(share((rate) => rate > 0.05)).toBeGreaterThan(0.1);
  });

  test('does not change when another kind is disabled or drawn more often', () => {
    const seed = Array.from({ length: 100 }, (_, index) => index).find((it) => mixOf(it).rate('kill') > 0.002) ?? 0;
    const expected = drawn(mixOf(seed), 'kill');
    expect(expected).toContain(true);
    const other = mixOf(seed, { disabled: ['storageSlow'] });
    drawn(other, 'acsThrottled');
    expect(drawn(other, 'kill')).toEqual(expected);
    expect(drawn(mixOf(seed, { disabled: ['kill'] }), 'kill')).not.toContain(true);
    expect(drawn(mixOf(seed, { until: -1 }), 'kill')).not.toContain(true);
    const stopped = mixOf(seed);
    stopped.stop();
    expect(drawn(stopped, 'kill')).not.toContain(true);
    expect(stopped.rate('kill')).toBe(0);
  });
});
